from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from prompts import services
from prompts.bundle import BadBundle, Bundle
from prompts.models import Prompt, PromptVersion, Release
from prompts.serializers import PromptShape, PushedShape, PushOrder, VersionQuery, VersionShape
from prompts.services import Origin
from tenants.lookups import find_feature
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Invalid
from tenants.rest import ConsoleAPIView
from tenants.serializers import Page


class PromptList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ, "POST": Permission.PROMPTS_PUSH}
    over_everything = True

    @extend_schema(operation_id="prompts_list", parameters=[Page], responses=answers(paged(PromptShape)))
    def get(self, request: Request) -> Response:
        """Prompts, with what is served of them where."""
        query = Page.of(request.query_params)
        found = page(
            Prompt.objects.select_related("feature"), by="name", cursor=query.get("cursor"), limit=query["limit"]
        )
        lanes, newest = _lanes(found.rows), _newest(found.rows)
        for row in found.rows:
            vars(row).update(_told(lanes.get(row.pk, [])), newest=newest.get(row.pk))
        return Response(found.answer(PromptShape(found.rows, many=True).data))

    @extend_schema(operation_id="prompts_push", request=PushOrder, responses=answers(PushedShape))
    def post(self, request: Request) -> Response:
        """Keep these contents, all or none. They serve nobody until they are released."""
        order = PushOrder.of(request.data)
        origin = Origin(*(order.get(name, "") for name in ("commit", "author", "message")))
        pushed = [self._push(entry, origin, candidate=order["candidate"]) for entry in order["prompts"]]
        return Response({"prompts": pushed})

    def _push(self, entry: dict[str, Any], origin: Origin, *, candidate: bool) -> dict[str, Any]:
        try:
            bundle = Bundle.parse(entry["bundle"])
        except BadBundle as fault:
            raise Invalid(entry["name"], str(fault)) from fault
        pushed = services.push_version(
            entry["name"],
            bundle,
            feature=find_feature(entry["feature"]) if entry.get("feature") else None,
            description=entry.get("description", ""),
            suites=entry.get("suites", ()),
            origin=origin,
            candidate=candidate,
            by=self.principal.actor,
            at=datetime.now(UTC),
        )
        version = pushed.version
        return {"name": entry["name"], "version": version.hash, "label": str(version), "created": pushed.created}


class VersionList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_versions", parameters=[VersionQuery], responses=answers(paged(VersionShape)))
    def get(self, request: Request, name: str) -> Response:
        """Versions of a prompt, newest first."""
        query = VersionQuery.of(request.query_params)
        rows = PromptVersion.objects.of(services.find_prompt(name))
        found = page(rows, by="-number", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(VersionShape(found.rows, many=True).data))


def _lanes(prompts: list[Prompt]) -> dict[Any, list[Release]]:
    rows = Release.objects.filter(prompt__in=prompts).lasting().select_related("version", "tenant")
    found: dict[Any, list[Release]] = {}
    for release in rows.defer("version__content").order_by("prompt", "environment", "tenant__slug", "lane"):
        found.setdefault(release.prompt_id, []).append(release)
    return found


def _told(lanes: list[Release]) -> dict[str, Any]:
    main = [each for each in lanes if not each.is_canary]
    return {
        "live": {each.environment: each.version.hash for each in main if each.tenant is None},
        "canaries": [_lane(each) for each in lanes if each.is_canary],
        "tenants": [_lane(each) for each in main if each.tenant is not None],
    }


def _lane(release: Release) -> dict[str, Any]:
    return {
        "environment": release.environment,
        "tenant": release.tenant.slug if release.tenant else None,
        "version": release.version.hash,
        "percent": release.percent,
    }


def _newest(prompts: list[Prompt]) -> dict[Any, str]:
    rows = PromptVersion.objects.filter(prompt__in=prompts).order_by("prompt", "-number").distinct("prompt")
    return dict(rows.values_list("prompt_id", "hash"))
