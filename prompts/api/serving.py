"""What a caller gets of a prompt, and what is served from now on."""

import json
from typing import Any

from django.utils.http import quote_etag
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from evals.services import planning
from killswitch.standing import version_stops
from prompts import services
from prompts.api.keeping import kept_beside
from prompts.models import Prompt, PromptVersion
from prompts.serializers import ReleaseShape
from prompts.services import Released
from prompts.serving_serializers import (
    BesideShape,
    EndOrder,
    ReadQuery,
    ReleasedShape,
    RollbackOrder,
    ServedShape,
)
from prompts.stop_shapes import stopped
from tenants import revisions
from tenants.lookups import find_tenant
from tenants.models import Revision, Tenant
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotFound
from tenants.rest import ConsoleAPIView, Polled, knows


class PromptDetail(Polled):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_read", parameters=[ReadQuery], responses=answers(ServedShape))
    def get(self, request: Request, name: str) -> Response:
        """What is served of a prompt, for applications that render it themselves. Answers 304 to its own ETag.

        With `tenant` and `user` it is what the gateway would render for them.
        """
        query = ReadQuery.of(request.query_params)
        environment, tenant, user = query["environment"], _tenant(query), query.get("user", "")
        if user and tenant is None:
            raise Invalid("tenant", "say whose user it is: everybody's shares are taken of each tenant's people.")
        prompt = services.find_prompt(name)
        found = services.served_to(prompt, environment, tenant, user)
        if found is None:
            raise NotFound(f"{prompt} is not released to {environment}.")
        version = found.version
        etag = quote_etag(version.hash)
        if knows(request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        facts = {
            "version": version.hash,
            "label": str(version),
            "lane": found.lane,
            "bundle": json.loads(version.content),
        }
        return Response({"name": name, "environment": environment, **facts}, headers={"ETag": etag})


class Rollback(ConsoleAPIView):
    permissions = {"POST": Permission.PROMPTS_RELEASE}
    over_everything = True

    @extend_schema(operation_id="prompts_roll_back", request=RollbackOrder, responses=answers(ReleasedShape))
    def post(self, request: Request, name: str) -> Response:
        """Serve again what was served before; while a canary is under way, end it. Nothing stands in its way."""
        order = RollbackOrder.of(request.data)
        prompt = services.find_prompt(name)
        to = services.find_version(prompt, order["version"]) if order.get("version") else None
        released = services.roll_back(
            prompt,
            environment=order["environment"],
            tenant=_tenant(order),
            to=to,
            expected=order.get("expected"),
            seen=seen_in(prompt, order),
            note=order["note"],
            by=self.principal.actor,
        )
        return Response(told(released))


class End(ConsoleAPIView):
    permissions = {"POST": Permission.PROMPTS_RELEASE}
    over_everything = True

    @extend_schema(operation_id="prompts_end", request=EndOrder, responses=answers(ReleasedShape))
    def post(self, request: Request, name: str) -> Response:
        """Serve it there no more: a tenant gets what everybody gets; of everybody, nobody is served it. A rollback
        brings it back.
        """
        order = EndOrder.of(request.data)
        prompt = services.find_prompt(name)
        released = services.end(
            prompt,
            environment=order["environment"],
            tenant=_tenant(order),
            expected=order.get("expected"),
            seen=seen_in(prompt, order),
            note=order["note"],
            by=self.principal.actor,
        )
        return Response(told(released))


def told(released: Released) -> dict[str, Any]:
    made, before = released.release, released.before
    return {
        "release": ReleaseShape(made).data,
        "planned": BesideShape(planning.plans_beside(made.prompt, made.environment, made.tenant), many=True).data,
        "before": before.hash if before else None,
        "stopped": None if made.has_ended else stopped(made.version, version_stops()),
        "before_percent": released.before_percent if before else None,
        "kept": kept_beside(released.release),
        # The transaction's own bump comes at its commit.
        "revision": revisions.number(Revision.Name.CONFIG) + 1,
    }


def seen_in(prompt: Prompt, order: dict[str, Any]) -> PromptVersion | None:
    """The version that the caller saw served."""
    word = order.get("expected_version")
    return services.find_version(prompt, word) if word else None


def _tenant(asked: dict[str, Any]) -> Tenant | None:
    return find_tenant(asked["tenant"]) if "tenant" in asked else None
