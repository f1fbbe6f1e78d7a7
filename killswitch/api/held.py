"""Stops that processes hold and PostgreSQL does not know: listed, adopted, released."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.api.finding import origin_of
from killswitch.breakglass import reconcile
from killswitch.breakglass.folder import Folder
from killswitch.lookups import adoption_of, found, what_of
from killswitch.serializers import HeldShape, StopResultShape
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView
from tenants.serializers import Strict


class HeldListShape(serializers.Serializer[Any]):
    results = HeldShape(many=True)


class HeldAdoptOrder(Strict):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class HeldReleaseOrder(Strict):
    note = serializers.CharField(max_length=2000, help_text="Why calls may pass.")


class LetThroughShape(serializers.Serializer[Any]):
    stop_id = serializers.UUIDField()
    target = serializers.CharField()
    what = serializers.CharField(help_text="What people call it; the target's key when it is no more.")
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
        """Make it a stop like any other, under the same id, of whoever made it as far as that is known here."""
        note, held = HeldAdoptOrder.of(request.data)["note"], services.find_held(stop_id)
        folder, origin, by = Folder.of(settings.AIOPS_HOME), origin_of(request), self.principal.actor
        result = reconcile.adopt(held, folder, note=note, origin=origin, by=by, at=datetime.now(UTC))
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
        told = {"released_at": made and made.released_at, "released_by": made and made.released_by}
        let = {"stop_id": stop_id, "target": held.stop.target, "what": what_of(held), **told}
        return Response(LetThroughShape(let).data)
