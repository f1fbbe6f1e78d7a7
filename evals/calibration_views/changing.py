"""Changing a feature's settings: nothing is asked first, and the last change of each can be put back."""

from decimal import Decimal
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from evals.calibration_views.asked import find_feature
from evals.calibration_views.demanded import MISSING, Demand, Keeping, differences, read_token
from evals.calibration_views.settings import Meanwhile, home, kept, show
from gateway.grounding.policy import Mode, Unverified
from gateway.services import (
    Setting,
    SettingsChanged,
    declare_caching,
    declare_grounding,
    forget_answers,
    policy_of,
    seconds_kept,
    undo_setting,
)
from tenants.http import TenantRequest, posted, staff_page
from tenants.models import Feature
from tenants.permissions import Permission
from tenants.refusals import Refused

_UNSAVED = HTTPStatus.UNPROCESSABLE_ENTITY


@staff_page(Permission.CONFIG_CHANGE)
@posted(lambda request, feature: home(feature))
def grounding_set(request: TenantRequest, feature: str) -> HttpResponse:
    found, demand, shown = find_feature(feature), Demand.of_post(request.POST.dict()), read_token(_began(request))
    if demand.problem or shown is None:
        told = Demand(demand.mode, demand.unverified, demand.problem or MISSING)
        return show(request, found, demand=told, status=_UNSAVED)
    try:
        declared = declare_grounding(
            found,
            mode=Mode(demand.mode),
            min_confidence=Decimal(str(shown.min_confidence)),
            unverified=Unverified(demand.unverified),
            expected=shown,
            by=request.principal.actor,
        )
    except SettingsChanged as refused:
        now = policy_of(found)
        meanwhile = Meanwhile.of(found, Setting.GROUNDING, differences(shown, now))
        return show(request, found, demand=demand.merged(shown, now), meanwhile=meanwhile, status=refused.status)
    return _done(request, found, declared.outcome, "check")


@staff_page(Permission.CONFIG_CHANGE)
@posted(lambda request, feature: home(feature))
def keeping_set(request: TenantRequest, feature: str) -> HttpResponse:
    found, keeping, began = find_feature(feature), Keeping.of_post(request.POST.dict()), _began(request)
    if keeping.problem or not (began.isascii() and began.isdigit() and len(began) < 10):
        told = Keeping(keeping.text, keeping.problem or MISSING)
        return show(request, found, keeping=told, status=_UNSAVED)
    try:
        declared = declare_caching(found, seconds=keeping.seconds, expected=int(began), by=request.principal.actor)
    except SettingsChanged as refused:
        meanwhile = Meanwhile.of(found, Setting.KEEPING, [kept(int(began), seconds_kept(found))])
        return show(request, found, keeping=keeping, meanwhile=meanwhile, status=refused.status)
    return _done(request, found, declared.outcome, "keep")


@staff_page(Permission.CONFIG_CHANGE)
@posted(lambda request, feature: home(feature))
def answers_forget(request: TenantRequest, feature: str) -> HttpResponse:
    found = find_feature(feature)
    forget_answers(found, by=request.principal.actor)
    messages.success(request, f"Forgotten: nothing that was kept for {found.name} is given any more.")
    return redirect(home(feature))


@staff_page(Permission.CONFIG_CHANGE)
@posted(lambda request, feature, setting: home(feature))
def setting_undo(request: TenantRequest, feature: str, setting: str) -> HttpResponse:
    found, number = find_feature(feature), request.POST.get("change", "")
    if setting not in Setting:
        raise Http404
    change = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    try:
        undo_setting(found, Setting(setting), change=change, by=request.principal.actor)
    except Refused as refused:
        messages.error(request, f"Not put back: {refused.detail}")
    else:
        messages.success(request, f"{found.name} is put back as it was before.")
    return redirect(home(feature))


def _done(request: TenantRequest, feature: Feature, outcome: str, what: str) -> HttpResponse:
    said = "stands so already" if outcome == "unchanged" else f"is changed. Gateways {what} so within 1.5 s"
    messages.success(request, f"{feature.name} {said}.")
    return redirect(home(feature.slug))


def _began(request: TenantRequest) -> str:
    return request.POST.get("expected", "")
