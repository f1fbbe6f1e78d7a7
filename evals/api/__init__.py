from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from evals import services
from evals.confidence.finding import no_suite
from evals.models import DriftAlarm, Result, Run, Suite, SuiteVersion
from evals.serializers import (
    AlarmQuery,
    AlarmShape,
    ClosedAlarmShape,
    CloseOrder,
    PromoteOrder,
    PushedSuiteShape,
    ResultQuery,
    ResultShape,
    RunOrder,
    RunQuery,
    RunShape,
    SuiteOrder,
    SuiteShape,
)
from evals.services import planning
from evals.suites import stored
from evals.suites.problems import Faulty
from prompts import services as prompts
from prompts.api.serving import seen_in, told
from prompts.planned_serializers import PlannedReleaseShape
from prompts.serving_serializers import ReleasedShape
from tenants.lookups import find_tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.serializers import Page


class SuiteList(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ, "POST": Permission.EVALS_RUN}
    over_everything = True

    @extend_schema(operation_id="suites_list", parameters=[Page], responses=answers(paged(SuiteShape)))
    def get(self, request: Request) -> Response:
        """Suites, each with the content that releases are judged by."""
        query = Page.of(request.query_params)
        rows = Suite.objects.select_related("prompt", "current")
        found = page(rows, by="name", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(SuiteShape(found.rows, many=True).data))

    @extend_schema(operation_id="suites_push", request=SuiteOrder, responses=answers(PushedSuiteShape))
    def post(self, request: Request) -> Response:
        """Keep this content of a suite."""
        try:
            order = SuiteOrder.of(request.data)
            content = stored.from_json(order["suite"])
        except Faulty as fault:
            raise Invalid("suite", str(fault)) from fault
        pushed = services.push_suite(
            content, candidate=order["candidate"], by=self.principal.actor, at=datetime.now(UTC)
        )
        facts = {"name": content.name, "version": pushed.version.hash, "cases": pushed.version.cases}
        return Response({**facts, "created": pushed.created})


class RunList(Polled):
    permissions = {"GET": Permission.EVALS_READ, "POST": Permission.EVALS_RUN}
    over_everything = True

    @extend_schema(operation_id="runs_list", parameters=[RunQuery], responses=answers(paged(RunShape)))
    def get(self, request: Request) -> Response:
        """Runs, newest first."""
        query = RunQuery.of(request.query_params)
        names = {"suite": "suite__suite__name", "prompt": "prompt__name", "state": "state"}
        rows = _runs().filter(**{field: query[name] for name, field in names.items() if name in query})
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer([shape_of(row) for row in found.rows]))

    @extend_schema(operation_id="runs_start", request=RunOrder, responses=answers(RunShape, status=201))
    def post(self, request: Request) -> Response:
        """Set workers on a suite; answers at once."""
        order = RunOrder.of(request.data)
        suite = find_suite(order["suite"])
        version = find_suite_version(suite, order["suite_version"]) if "suite_version" in order else suite.current
        if version is None:
            raise Invalid("suite_version", f"suite {suite} was never pushed for good; say which content of it.")
        name = order.get("prompt") or version.prompt_name
        if not name:
            raise Invalid("prompt", f"suite {suite} names no prompt; say which.")
        prompt = prompts.find_prompt(name)
        run = services.start_run(
            version,
            head=prompts.find_version(prompt, order["head"]),
            base=prompts.find_version(prompt, order["base"]) if order.get("base") else None,
            at_once=order["at_once"],
            commit=order["commit"],
            model=order["model"],
            by=self.principal.actor,
            at=datetime.now(UTC),
        )
        return Response(shape_of(_runs().get(pk=run.pk)), status=status.HTTP_201_CREATED)


class RunDetail(Polled):
    permissions = {"GET": Permission.EVALS_READ}
    over_everything = True

    @extend_schema(operation_id="runs_read", responses=answers(RunShape))
    def get(self, request: Request, run_id: UUID) -> Response:
        """How far it is, and what it says."""
        return Response(shape_of(find_run(run_id)))


class RunResults(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ}
    over_everything = True

    @extend_schema(operation_id="runs_results", parameters=[ResultQuery], responses=answers(paged(ResultShape)))
    def get(self, request: Request, run_id: UUID) -> Response:
        """Every answer that is there, in the order in which they were asked."""
        query = ResultQuery.of(request.query_params)
        run = find_run(run_id)
        rows = Result.objects.of(run).asked().order_by("place")
        rows = rows.filter(place__gt=query["cursor"]) if "cursor" in query else rows
        found = list(rows[: query["limit"] + 1])
        shown = found[: query["limit"]]
        careful = {case.key for case in stored.from_json(run.suite.content).cases if case.must_pass}
        for row in shown:
            vars(row)["must_pass"] = row.case in careful
        following = str(shown[-1].place) if len(found) > len(shown) else None
        return Response({"results": ResultShape(shown, many=True).data, "next": following})


class RunCancel(ConsoleAPIView):
    permissions = {"POST": Permission.EVALS_RUN}
    over_everything = True

    @extend_schema(operation_id="runs_cancel", request=None, responses=answers(RunShape))
    def post(self, request: Request, run_id: UUID) -> Response:
        """Ask nothing more; what came is kept."""
        services.cancel_run(find_run(run_id), by=self.principal.actor, at=datetime.now(UTC))
        return Response(shape_of(find_run(run_id)))


class AlarmList(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ}
    over_everything = True

    @extend_schema(operation_id="drift_alarms_list", parameters=[AlarmQuery], responses=answers(paged(AlarmShape)))
    def get(self, request: Request) -> Response:
        """What left its baseline, the newest first; closed when somebody has looked."""
        query = AlarmQuery.of(request.query_params)
        rows = DriftAlarm.objects.select_related("suite")
        rows = rows.filter(suite=find_suite(query["suite"])) if "suite" in query else rows
        rows = rows.filter(closed_at__isnull=query["state"] == "open") if "state" in query else rows
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(AlarmShape(found.rows, many=True).data))


class AlarmClose(ConsoleAPIView):
    permissions = {"POST": Permission.EVALS_RUN}
    over_everything = True

    @extend_schema(operation_id="drift_alarms_close", request=CloseOrder, responses=answers(ClosedAlarmShape))
    def post(self, request: Request, alarm_id: UUID) -> Response:
        """Say that somebody has looked; it comes back only when the drift goes on."""
        alarm = DriftAlarm.objects.select_related("suite").filter(pk=alarm_id).first()
        if alarm is None:
            raise NotFound("There is no such alarm.")
        order = CloseOrder.of(request.data)
        won = services.close_alarm(alarm, note=order["note"], by=self.principal.actor, at=datetime.now(UTC))
        alarm.refresh_from_db(fields=["closed_at", "closed_by"])
        vars(alarm)["won"] = won
        return Response(ClosedAlarmShape(alarm).data)


class Promote(ConsoleAPIView):
    permissions = {"POST": Permission.PROMPTS_RELEASE}
    over_everything = True

    @extend_schema(
        operation_id="prompts_release",
        request=PromoteOrder,
        responses=answers(ReleasedShape) | {status.HTTP_202_ACCEPTED: PlannedReleaseShape},
    )
    def post(self, request: Request, name: str) -> Response:
        """Let a version go live. Refused unless its suites are green on this very content."""
        order = PromoteOrder.of(request.data)
        prompt = prompts.find_prompt(name)
        version, seen = prompts.find_version(prompt, order.pop("version")), seen_in(prompt, order)
        order.pop("expected_version", None)
        due_at, asks = order.pop("at", None), order.pop("ask")
        tenant = find_tenant(order.pop("tenant")) if "tenant" in order else None
        by = self.principal.actor
        if asks or due_at is not None:
            if seen is not None:
                raise Invalid(
                    "expected_version", "it is for a release that is made now: leave it out, or `at` and `ask`."
                )
            plan = planning.ask(version, **order, tenant=tenant, due_at=due_at, by=by, at=datetime.now(UTC))
            return Response(PlannedReleaseShape(plan).data, status=status.HTTP_202_ACCEPTED)
        return Response(told(services.promote(version, **order, tenant=tenant, seen=seen, by=by)))


def find_suite(name: str) -> Suite:
    suite = Suite.objects.select_related("prompt", "current").filter(name=name).first()
    if suite is None:
        raise no_suite(name)
    return suite


def find_suite_version(suite: Suite, word: str) -> SuiteVersion:
    found = list(SuiteVersion.objects.of(suite).named(word)[:2])
    if len(found) != 1:
        why = "more than one content begins so" if found else "there is no such content"
        raise NotFound(f"Suite {suite} {word}: {why}. `aiops prompts push` sends one.")
    return found[0]


def find_run(pk: UUID) -> Run:
    run = _runs().filter(pk=pk).first()
    if run is None:
        raise NotFound("There is no such run.")
    return run


def shape_of(run: Run) -> dict[str, Any]:
    vars(run)["url"] = f"{settings.AIOPS_URL}/evals/runs/{run.pk}/"
    return dict(RunShape(run).data)


def _runs() -> QuerySet[Run]:
    done = Count("results", filter=~Q(results__done_at=None))
    rows = Run.objects.select_related("suite__suite", "prompt", "base", "head", "stands_for")
    return rows.annotate(planned=Count("results"), done=done)
