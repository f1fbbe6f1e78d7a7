"""Where people hear of stops, for programs."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.models import Channel, Notice
from killswitch.notices import channels, trying
from killswitch.notices.serializers import (
    ChannelChange,
    ChannelOrder,
    ChannelQuery,
    ChannelShape,
    NoticeQuery,
    NoticeShape,
    TriedShape,
)
from tenants.lookups import find_tenant_or_operator
from tenants.models import OPERATOR, Tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import Invalid, NotFound
from tenants.rest import ConsoleAPIView, Polled, SlowAPIView
from tenants.scope import ALL, scope


class ChannelList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ, "POST": Permission.NOTICES_CHANGE}

    @extend_schema(
        operation_id="notice_channels_list", parameters=[ChannelQuery], responses=answers(paged(ChannelShape))
    )
    def get(self, request: Request) -> Response:
        """Where people hear of stops, and how the last try went; never addresses of webhooks in full."""
        query = ChannelQuery.of(request.query_params)
        rows = Channel.objects.select_related("tenant")
        rows = rows.of(find_tenant_or_operator(query["tenant"])) if "tenant" in query else rows
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ChannelShape(found.rows, many=True).data))

    @extend_schema(
        operation_id="notice_channels_create", request=ChannelOrder, responses=answers(ChannelShape, status=201)
    )
    def post(self, request: Request) -> Response:
        """Add one. Nothing is sent to it yet; test it next."""
        order = ChannelOrder.of(request.data)
        tenant = _tenant(self.principal, order.pop("tenant", None))
        made = channels.add(
            tenant, channels.Draft(**order), is_over_all=_is_over_all(self.principal), by=self.principal.actor,
            at=datetime.now(UTC),
        )  # fmt: skip
        return Response(ChannelShape(made).data, status=status.HTTP_201_CREATED)


class ChannelDetail(Polled):
    permissions = {
        "GET": Permission.SWITCHES_READ,
        "PATCH": Permission.NOTICES_CHANGE,
        "DELETE": Permission.NOTICES_CHANGE,
    }

    @extend_schema(operation_id="notice_channels_read", responses=answers(ChannelShape))
    def get(self, request: Request, channel_id: UUID) -> Response:
        """One channel."""
        return Response(ChannelShape(find_channel(channel_id)).data)

    @extend_schema(operation_id="notice_channels_change", request=ChannelChange, responses=answers(ChannelShape))
    def patch(self, request: Request, channel_id: UUID) -> Response:
        """Change what is given. Without an address or a secret the one it has stays."""
        channel, order = find_channel(channel_id), ChannelChange.of(request.data)
        change = partial(channels.change, channel, expected=order.pop("version", None), at=datetime.now(UTC))
        changed = change(order, is_over_all=_is_over_all(self.principal), by=self.principal.actor)
        return Response(ChannelShape(changed).data)

    @extend_schema(operation_id="notice_channels_remove", responses=answers(None, status=204))
    def delete(self, request: Request, channel_id: UUID) -> Response:
        """Remove it, and what waits to be sent there."""
        channels.remove(find_channel(channel_id), by=self.principal.actor, at=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChannelTest(SlowAPIView):
    permissions = {"POST": Permission.NOTICES_CHANGE}

    @extend_schema(operation_id="notice_channels_test", request=None, responses=answers(TriedShape))
    def post(self, request: Request, channel_id: UUID) -> Response:
        """Send a test there at once, and say what came of it."""
        with scope(self.principal.over(Permission.NOTICES_CHANGE)):
            channel = find_channel(channel_id)
        outcome = trying.test(channel, by=self.principal.actor, clock=partial(datetime.now, UTC))
        return Response({"ok": outcome.is_ok, "says": outcome.says})


class NoticeList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="notices_list", parameters=[NoticeQuery], responses=answers(paged(NoticeShape)))
    def get(self, request: Request) -> Response:
        """What was told of stops, newest first, and whether it arrived."""
        query = NoticeQuery.of(request.query_params)
        rows = Notice.objects.select_related("tenant")
        rows = rows.of(find_tenant_or_operator(query["tenant"])) if "tenant" in query else rows
        rows = rows if query["state"] == "all" else rows.filter(state=query["state"])
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(_shown(found.rows)))


class NoticeAgain(ConsoleAPIView):
    permissions = {"POST": Permission.NOTICES_CHANGE}

    @extend_schema(operation_id="notices_again", request=None, responses=answers(NoticeShape))
    def post(self, request: Request, notice_id: UUID) -> Response:
        """Send one again that was given up."""
        notice = Notice.objects.select_related("tenant").filter(pk=notice_id).first()
        if notice is None:
            raise NotFound("There is no such notice that you may see.")
        trying.send_again(notice, by=self.principal.actor, at=datetime.now(UTC))
        notice.refresh_from_db()
        return Response(_shown([notice])[0])


def find_channel(channel_id: UUID) -> Channel:
    channel = Channel.objects.select_related("tenant").filter(pk=channel_id).first()
    if channel is None:
        raise NotFound("There is no such channel that you may see.")
    return channel


def _shown(notices: list[Notice]) -> Any:
    ids = {each.channel_id for each in notices if each.channel_id}
    names = dict(Channel.objects.filter(pk__in=ids).values_list("pk", "name"))
    return NoticeShape(notices, many=True, context={"channels": names}).data


def _tenant(principal: Principal, slug: str | None) -> Tenant:
    if slug is None and not _is_over_all(principal):
        raise Invalid("tenant", "name your tenant: channels without one are the operator's.")
    return find_tenant_or_operator(slug or OPERATOR)


def _is_over_all(principal: Principal) -> bool:
    return principal.over(Permission.NOTICES_CHANGE) == ALL
