"""The form that adds a channel, or changes one. What was typed stays; what is kept sealed is not shown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aiops.lib.addresses import ALLOW_IT
from killswitch.models import Channel
from killswitch.notices import channels
from killswitch.notices.forms import ALLOW_PRIVATE, ChannelForm
from killswitch.standing import covers
from tenants.http import TenantRequest, may_everywhere, page, posted
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.refusals import Conflict, Invalid, NotAllowed, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.NOTICES_CHANGE)
def channel_add(request: TenantRequest) -> HttpResponse:
    tenants = _tenants(request)
    form = ChannelForm(request.POST or None, tenants=tenants)
    if request.method != "POST":
        return _show(request, form)
    # Not there and not yours are one answer.
    tenant = next((each for each in tenants if each.slug == request.POST.get("tenant")), None)
    if tenant is None:
        raise Http404
    if not form.is_valid():
        return _show(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = channels.add(
            tenant,
            form.draft(),
            is_over_all=_is_over_all(request),
            by=request.principal.actor,
            at=datetime.now(UTC),
        )
    except (Invalid, Conflict, NotAllowed) as refused:
        return _refused(request, form, refused)
    messages.success(request, f"{made.name} is added. Nothing was sent to it yet: press Test.")
    return redirect(page_of(made))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.NOTICES_CHANGE)
def channel_change(request: TenantRequest, channel_id: UUID) -> HttpResponse:
    channel = find_channel(channel_id)
    form = ChannelForm(request.POST or None, tenants=[channel.tenant], channel=channel)
    if request.method != "POST":
        return _show(request, form, channel)
    if not form.is_valid():
        return _show(request, form, channel, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        changed = channels.change(
            channel, form.values(), expected=form.cleaned_data["version"], is_over_all=_is_over_all(request),
            by=request.principal.actor, at=datetime.now(UTC),
        )  # fmt: skip
    except (Invalid, Conflict, NotAllowed) as refused:
        return _refused(request, form, refused, channel)
    messages.success(request, f"{changed.name} is changed.")
    return redirect(page_of(changed))


@page(Permission.NOTICES_CHANGE)
@posted(lambda request, channel_id: reverse("killswitch:channel-change", args=[find_channel(channel_id).pk]))
def channel_remove(request: TenantRequest, channel_id: UUID) -> HttpResponse:
    channel = find_channel(channel_id)
    channels.remove(channel, by=request.principal.actor, at=datetime.now(UTC))
    messages.success(request, f"{channel.name} is removed: nothing more is sent there.")
    return redirect("killswitch:notice-list")


def find_channel(channel_id: UUID) -> Channel:
    return get_object_or_404(Channel.objects.select_related("tenant"), pk=channel_id)


def page_of(channel: Channel) -> str:
    return f"{reverse('killswitch:notice-list')}#{channel.pk}"


def _tenants(request: TenantRequest) -> list[Tenant]:
    """The operator's own first: what is chosen unless somebody says otherwise."""
    found = sorted(Tenant.objects.all(), key=lambda each: (not each.is_operator, each.name))
    over = request.principal.over(Permission.NOTICES_CHANGE)
    return [each for each in found if covers(over, each.pk)]


def _refused(
    request: TenantRequest, form: ChannelForm, refused: Refused, channel: Channel | None = None
) -> HttpResponse:  # fmt: skip
    """Beside the field that it is about; what was typed can go on from there."""
    field = refused.field if isinstance(refused, Invalid) else ""
    if field in form.fields:
        form.add_error(field, _told(request, refused.sentence))
    elif isinstance(refused, NotAllowed):
        form.add_error("address", "Addresses of the private network are for the operator’s own people to allow.")
    else:
        form.add_error(None, refused.told)
    if channel is not None:
        channel.refresh_from_db()
    return _show(request, form, channel, status=refused.status)


def _told(request: TenantRequest, fault: str) -> str:
    """In the page's words: `allow_private` is a name for programs."""
    may = _is_over_all(request)
    way_out = f"tick “{ALLOW_PRIVATE}”" if may else "only the operator’s own people may allow it"
    return fault.replace(ALLOW_IT, way_out)


def _show(
    request: TenantRequest, form: ChannelForm, channel: Channel | None = None, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context: Mapping[str, Any] = {
        "form": form,
        "channel": channel,
        "is_email": (channel.kind if channel else form["kind"].value()) == Channel.Kind.EMAIL,
        "mail_is_set": settings.AIOPS_MAIL_IS_SET,
        "is_secret_lost": form.is_bound and bool(form["secret"].data),
        "allow_private": ALLOW_PRIVATE,
        "may_go_private": _is_over_all(request),
        "tab": "notices",
    }
    return render(request, "killswitch/notice_channel.html", context, status=status)


def _is_over_all(request: TenantRequest) -> bool:
    return may_everywhere(request, Permission.NOTICES_CHANGE)
