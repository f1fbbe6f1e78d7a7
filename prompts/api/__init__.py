from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.models import Stop
from killswitch.standing import version_stops
from prompts import services
from prompts.api.body import PushBody
from prompts.api.naming import find_features
from prompts.api.places import where
from prompts.bundle import BadBundle, Bundle
from prompts.models import Prompt, PromptVersion, Release
from prompts.serializers import ListedVersionShape, PromptShape, PushedShape, PushOrder, VersionQuery
from prompts.services import Checkout, Entry, Origin, Pushed
from prompts.stop_shapes import all_stopped, stopped
from prompts.whereabouts import whereabouts
from tenants.models import Feature
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Invalid
from tenants.rest import ConsoleAPIView
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
        lanes, newest, stops = _lanes(found.rows), _newest(found.rows), version_stops()
        for row in found.rows:
            vars(row).update(_told(lanes.get(row.pk, []), newest.get(row.pk), stops))
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


class VersionList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(
        operation_id="prompts_versions", parameters=[VersionQuery], responses=answers(paged(ListedVersionShape))
    )
    def get(self, request: Request, name: str) -> Response:
        """Versions of a prompt, newest first."""
        query = VersionQuery.of(request.query_params)
        prompt = services.find_prompt(name)
        rows = PromptVersion.objects.of(prompt).defer("content")
        rows = rows.filter(hash__in=query["hash"]) if query.get("hash") else rows
        stops = version_stops()
        found = page(rows, by="-number", cursor=query.get("cursor"), limit=query["limit"])
        places = whereabouts(prompt)
        for row in found.rows:
            vars(row).update(where(places.get(row.pk, ())), stopped=stopped(row, stops))
        return Response(found.answer(ListedVersionShape(found.rows, many=True).data))


def _lanes(prompts: list[Prompt]) -> dict[Any, list[Release]]:
    rows = Release.objects.filter(prompt__in=prompts).lasting().select_related("version", "tenant")
    found: dict[Any, list[Release]] = {}
    for release in rows.defer("version__content").order_by("prompt", "environment", "tenant__slug", "lane"):
        found.setdefault(release.prompt_id, []).append(release)
    return found


def _told(lanes: list[Release], newest: PromptVersion | None, stops: Mapping[UUID, Stop]) -> dict[str, Any]:
    main = [each for each in lanes if not each.is_canary]
    versions = [*(each.version for each in lanes), *([newest] if newest else [])]
    return {
        "newest": newest.hash if newest else None,
        "labels": {version.hash: str(version) for version in versions},
        "live": {each.environment: each.version.hash for each in main if each.tenant is None},
        "canaries": [_lane(each) for each in lanes if each.is_canary],
        "tenants": [_lane(each) for each in main if each.tenant is not None],
        "stopped": all_stopped(versions, stops),
    }


def _entries(order: Sequence[Mapping[str, Any]]) -> list[Entry]:
    features = find_features(order)
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


def _lane(release: Release) -> dict[str, Any]:
    return {
        "environment": release.environment,
        "tenant": release.tenant.slug if release.tenant else None,
        "version": release.version.hash,
        "percent": release.percent,
    }


def _newest(prompts: list[Prompt]) -> dict[Any, PromptVersion]:
    return {each.prompt_id: each for each in PromptVersion.objects.newest_of_each(prompts).defer("content")}
