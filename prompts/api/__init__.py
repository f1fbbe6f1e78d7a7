import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.http import quote_etag
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from prompts import services
from prompts.api.body import PushBody
from prompts.bundle import BadBundle, Bundle
from prompts.models import Prompt, PromptVersion, Release
from prompts.serializers import (
    PromptShape,
    PushedShape,
    PushOrder,
    ReadQuery,
    ReleasedShape,
    ReleaseShape,
    RollbackOrder,
    ServedShape,
    VersionQuery,
    VersionShape,
)
from prompts.services import Checkout, Entry, Origin, Pushed, Released
from tenants import revisions
from tenants.lookups import find_feature
from tenants.models import Feature, Revision
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotFound
from tenants.rest import ConsoleAPIView, Polled, knows
from tenants.serializers import Page


class PromptList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ, "POST": Permission.PROMPTS_PUSH}
    over_everything = True
    parser_classes = [PushBody]

    @extend_schema(operation_id="prompts_list", parameters=[Page], responses=answers(paged(PromptShape)))
    def get(self, request: Request) -> Response:
        """Prompts, with what is served of them where."""
        query = Page.of(request.query_params)
        found = page(
            Prompt.objects.select_related("feature"), by="name", cursor=query.get("cursor"), limit=query["limit"]
        )
        live, newest = _live(found.rows), _newest(found.rows)
        for row in found.rows:
            vars(row).update(live=live.get(row.pk, {}), newest=newest.get(row.pk))
        return Response(found.answer(PromptShape(found.rows, many=True).data))

    @extend_schema(operation_id="prompts_push", request=PushOrder, responses=answers(PushedShape))
    def post(self, request: Request) -> Response:
        """Keep these contents, all or none. They serve nobody until they are released."""
        order = PushOrder.of(request.data)
        origin = Origin(*(order.get(name, "") for name in ("commit", "author", "message")))
        checkout = Checkout(order["source"]) if order["complete"] else None
        pushed = services.push_all(
            _entries(order["prompts"]),
            origin=origin,
            candidate=order["candidate"],
            checkout=checkout,
            by=self.principal.actor,
            at=datetime.now(UTC),
        )
        orphans = _orphans(checkout) if checkout and not order["candidate"] else []
        return Response({"prompts": [_pushed(each) for each in pushed], "orphans": orphans})


class PromptDetail(Polled):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_read", parameters=[ReadQuery], responses=answers(ServedShape))
    def get(self, request: Request, name: str) -> Response:
        """What is served of a prompt, for applications that render it themselves. Answers 304 to its own ETag."""
        environment = ReadQuery.of(request.query_params)["environment"]
        prompt = services.find_prompt(name)
        live = services.live(prompt, environment)
        if live is None:
            raise NotFound(f"{prompt} is not released to {environment}.")
        etag = quote_etag(live.version.hash)
        if knows(request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        bundle = json.loads(live.version.content)
        facts = {"version": live.version.hash, "label": str(live.version), "bundle": bundle}
        return Response({"name": name, "environment": environment, **facts}, headers={"ETag": etag})


class VersionList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_versions", parameters=[VersionQuery], responses=answers(paged(VersionShape)))
    def get(self, request: Request, name: str) -> Response:
        """Versions of a prompt, newest first."""
        query = VersionQuery.of(request.query_params)
        rows = PromptVersion.objects.of(services.find_prompt(name)).defer("content")
        rows = rows.filter(hash__in=query["hash"]) if query.get("hash") else rows
        found = page(rows, by="-number", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(VersionShape(found.rows, many=True).data))


class Rollback(ConsoleAPIView):
    permissions = {"POST": Permission.PROMPTS_RELEASE}
    over_everything = True

    @extend_schema(operation_id="prompts_roll_back", request=RollbackOrder, responses=answers(ReleasedShape))
    def post(self, request: Request, name: str) -> Response:
        """Serve again what was served before. Nothing stands in its way."""
        order = RollbackOrder.of(request.data)
        prompt = services.find_prompt(name)
        to = services.find_version(prompt, order["version"]) if order.get("version") else None
        released = services.roll_back(
            prompt,
            environment=order["environment"],
            to=to,
            note=order["note"],
            by=self.principal.actor,
            at=datetime.now(UTC),
        )
        return Response(told(released))


def told(released: Released) -> dict[str, Any]:
    before = released.before
    return {
        "release": ReleaseShape(released.release).data,
        "before": before.hash if before else None,
        # The transaction's own bump comes at its commit.
        "revision": revisions.number(Revision.Name.CONFIG) + 1,
    }


def _entries(order: Sequence[Mapping[str, Any]]) -> list[Entry]:
    slugs = dict.fromkeys(each["feature"] for each in order if each.get("feature"))
    features = {slug: find_feature(slug) for slug in slugs}
    return [_entry(each, features) for each in order]


def _entry(order: Mapping[str, Any], features: Mapping[str, Feature]) -> Entry:
    try:
        bundle = Bundle.parse(order["bundle"])
    except BadBundle as fault:
        raise Invalid(order["name"], str(fault)) from fault
    feature = features.get(order.get("feature", ""))
    return Entry(order["name"], bundle, feature, order.get("description", ""), order.get("suites", ()))


def _pushed(pushed: Pushed) -> dict[str, Any]:
    version = pushed.version
    return {
        "name": version.prompt.name,
        "version": version.hash,
        "label": str(version),
        "created": pushed.created,
    }


def _orphans(checkout: Checkout) -> list[dict[str, Any]]:
    """Those that somebody still gets come with the environments that serve them."""
    found = list(Prompt.objects.filter(source=checkout.source, orphaned_at__isnull=False).order_by("name"))
    rows = Release.objects.filter(prompt__in=found).lasting().values_list("prompt_id", "environment")
    live = {(prompt, environment) for prompt, environment in rows}
    return [
        {"name": each.name, "since": each.orphaned_at, "live": sorted(name for pk, name in live if pk == each.pk)}
        for each in found
    ]


def _live(prompts: list[Prompt]) -> dict[Any, dict[str, str]]:
    rows = Release.objects.filter(prompt__in=prompts).current().values_list("prompt_id", "environment", "version__hash")
    found: dict[Any, dict[str, str]] = {}
    for prompt, environment, version in rows:
        found.setdefault(prompt, {})[environment] = version
    return found


def _newest(prompts: list[Prompt]) -> dict[Any, str]:
    return dict(PromptVersion.objects.newest_of_each(prompts).values_list("prompt_id", "hash"))
