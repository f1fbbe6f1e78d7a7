"""Stops that processes hold and PostgreSQL does not know: listed, adopted, released."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.lookups import adoption_of, found, order_of
from killswitch.models import Stop
from killswitch.serializers import StopResultShape
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView
from tenants.serializers import Strict


class HeldShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="held.stop.id")
    target = serializers.CharField(source="held.stop.target", help_text="What the guard probes.")
    what = serializers.CharField(help_text="What people call it; the target's key when it is no more.")
    reason = serializers.CharField(source="held.stop.reason")
    mode = serializers.CharField(source="held.stop.mode")
    message = serializers.CharField(source="held.stop.message", help_text="What callers are told.")
    since = serializers.DateTimeField(source="held.since")
    processes = serializers.ListField(
        source="held.processes", child=serializers.CharField(), help_text="Which say that they hold it."
    )
    is_adoptable = serializers.BooleanField(
        help_text="False: what it stops is no more, or not for stopping; it can be released only."
    )
    takes_two = serializers.BooleanField(help_text="Two people release it, no key: it is careful, and not adoptable.")
    reviewed_by = serializers.CharField(
        source="held.review.reviewed_by", default=None, help_text="The first of the two; null: nobody yet."
    )


class HeldListShape(serializers.Serializer[Any]):
    results = HeldShape(many=True)


class HeldAdoptOrder(Strict):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class HeldReleaseOrder(Strict):
    note = serializers.CharField(max_length=2000, help_text="Why calls may pass.")


class LetThroughShape(serializers.Serializer[Any]):
    stop_id = serializers.UUIDField()
    target = serializers.CharField()
    released_at = serializers.DateTimeField(
        allow_null=True, help_text="Null: that takes two people, and this was the first."
    )
    released_by = serializers.CharField(allow_null=True)


class HeldList(ConsoleAPIView):
    permissions = {"GET": Permission.SWITCHES_GLOBAL}
    over_everything = True

    @extend_schema(operation_id="held_stops_list", responses=answers(HeldListShape))
    def get(self, request: Request) -> Response:
        """Stops in force that the database does not know: of before it was restored, or of broken glass."""
        return Response(HeldListShape({"results": list(found(at=datetime.now(UTC)))}).data)


class HeldAdopt(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_GLOBAL}
    over_everything = True

    @extend_schema(operation_id="held_stops_adopt", request=HeldAdoptOrder, responses=answers(StopResultShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Make it a stop like any other, under the same id."""
        note, held = HeldAdoptOrder.of(request.data)["note"], services.find_held(stop_id).stop
        order = order_of(held, note=note, origin=Stop.Origin.API)
        result = services.adopt(order, by=self.principal.actor, at=datetime.now(UTC))
        return Response(StopResultShape(result).data)


class HeldRelease(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_GLOBAL}
    over_everything = True

    @extend_schema(operation_id="held_stops_release", request=HeldReleaseOrder, responses=answers(LetThroughShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Let calls through again.

        One for safety, privacy or law is adopted first; where that cannot be, two people release it.
        """
        note, held = HeldReleaseOrder.of(request.data)["note"], services.find_held(stop_id)
        at = datetime.now(UTC)
        made = services.release(held, adoption_of(held, at=at), by=self.principal.actor, note=note, at=at)
        waits = {"stop_id": stop_id, "target": held.stop.target, "released_at": None, "released_by": None}
        return Response(LetThroughShape(made or waits).data)
