"""“Tell me if calls resume”, for programs."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.api.finding import find_stop
from killswitch.models import Stop
from killswitch.notices import hearing, watching
from killswitch.notices.mail import NOT_SET_UP
from killswitch.notices.serializers import WatchOrder, WatchQuery, WatchShape
from tenants.actors import ActorKind
from tenants.models import Membership, User
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import Conflict, Invalid, NotFound
from tenants.rest import ConsoleAPIView


class StopWatch(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_READ, "DELETE": Permission.SWITCHES_READ}

    @extend_schema(
        operation_id="stops_watch",
        request=WatchOrder,
        responses=answers(WatchShape, status=201) | {200: WatchShape},
    )
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Mail one person, once, when calls resume there: 201, or 200 when they are to be told already."""
        stop = find_stop(stop_id, self.principal)
        user = _person(self.principal, WatchOrder.of(request.data).get("user"), stop)
        if not settings.AIOPS_MAIL_IS_SET:
            raise Conflict(NOT_SET_UP)
        is_new = watching.watch(stop, user, at=datetime.now(UTC))
        told = WatchShape({"stop": stop.pk, "user": user.email}).data
        return Response(told, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="stops_unwatch", parameters=[WatchQuery], responses=answers(None, status=204))
    def delete(self, request: Request, stop_id: UUID) -> Response:
        """Do not tell them after all."""
        stop = find_stop(stop_id, self.principal)
        watching.unwatch(stop, _person(self.principal, WatchQuery.of(request.query_params).get("user"), stop))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(principal: Principal, email: str | None, stop: Stop) -> User:
    """Whoever asks; a key has no mailbox, and says whose."""
    if principal.actor.kind == ActorKind.USER:
        if email is not None:
            raise Invalid("user", "you are who is told; only a key names somebody.")
        return User.objects.get(pk=UUID(principal.actor.id))
    if email is None:
        raise Invalid("user", "a key has no mailbox: name the person, by their e-mail address here.")
    # Only people of the key's own tenants are found.
    found = Membership.objects.filter(user__email__iexact=email).select_related("user").first()
    if found is None or not hearing.may_hear(found.user, stop):
        raise NotFound("There is nobody with this e-mail address here who may see this stop.")
    return found.user
