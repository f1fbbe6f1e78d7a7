"""Stops that processes hold and PostgreSQL does not know: listed, adopted, released."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.lookups import order_of, target_of
from killswitch.models import Stop
from killswitch.serializers import StopResultShape
from killswitch.services import Held
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView
from tenants.serializers import Strict


class HeldShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="stop.id")
    target = serializers.CharField(source="stop.target", help_text="What the guard probes.")
    what = serializers.SerializerMethodField(help_text="What people call it; the target's key when it is no more.")
    reason = serializers.CharField(source="stop.reason")
    mode = serializers.CharField(source="stop.mode")
    message = serializers.CharField(source="stop.message", help_text="What callers are told.")
    since = serializers.DateTimeField()
    processes = serializers.ListField(child=serializers.CharField(), help_text="Which say that they hold it.")

    def get_what(self, held: Held) -> str:
        try:
            return target_of(held.stop.target).label
        except NotFound:
            return held.stop.target


class HeldListShape(serializers.Serializer[Any]):
    results = HeldShape(many=True)


class HeldAdoptOrder(Strict):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class HeldReleaseOrder(Strict):
    note = serializers.CharField(max_length=2000, help_text="Why calls may pass.")


class LetThroughShape(serializers.Serializer[Any]):
    stop_id = serializers.UUIDField()
    target = serializers.CharField()
    released_at = serializers.DateTimeField()
    released_by = serializers.CharField()


class HeldList(ConsoleAPIView):
    permissions = {"GET": Permission.SWITCHES_GLOBAL}
    over_everything = True

    @extend_schema(operation_id="held_stops_list", responses=answers(HeldListShape))
    def get(self, request: Request) -> Response:
        """Stops in force that the database does not know: of before it was restored, or of broken glass."""
        return Response(HeldListShape({"results": services.held()}).data)


class HeldAdopt(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_GLOBAL}
    over_everything = True

    @extend_schema(operation_id="held_stops_adopt", request=HeldAdoptOrder, responses=answers(StopResultShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Make it a stop like any other, under the same id."""
        note, found = HeldAdoptOrder.of(request.data)["note"], services.find_held(stop_id).stop
        order = order_of(found, note=note, origin=Stop.Origin.API)
        result = services.adopt(order, by=self.principal.actor, at=datetime.now(UTC))
        return Response(StopResultShape(result).data)


class HeldRelease(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_GLOBAL}
    over_everything = True

    @extend_schema(operation_id="held_stops_release", request=HeldReleaseOrder, responses=answers(LetThroughShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Let calls through again; not for safety, privacy or law, which are adopted first."""
        note, found = HeldReleaseOrder.of(request.data)["note"], services.find_held(stop_id)
        facts = {"reason": found.stop.reason, "mode": found.stop.mode, "processes": list(found.processes)}
        made = services.release(
            stop_id, target=found.stop.target, facts=facts, by=self.principal.actor, note=note, at=datetime.now(UTC)
        )
        return Response(LetThroughShape(made).data)
