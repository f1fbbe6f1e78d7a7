"""What one feature demands of its answers and how long they are kept: looked at, and read where nothing may change."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Self

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs.reports.confidence import DAYS, calls_of
from evals.calibration_views.asked import find_feature
from evals.calibration_views.demanded import THRESHOLD, Demand, Keeping, differences, token
from evals.confidence.modes import MODES, UNVERIFIED
from evals.confidence.standing import standing_of
from gateway.grounding.policy import Mode, Policy, Unverified
from gateway.models.caching import LONGEST_SECONDS
from gateway.refusal_words import sentences
from gateway.services import LastSetting, Setting, last_setting, policy_of, seconds_kept
from gateway.views.differences import Difference
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.models import AuditEntry, Feature
from tenants.permissions import Permission


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else changed while a form was filled in; `entry` is None where that is not known to be theirs."""

    differences: list[Difference]
    entry: AuditEntry | None

    @classmethod
    def of(cls, feature: Feature, setting: Setting, differences: list[Difference]) -> Self:
        # A threshold is set by calibrating, which is no change of what can be put back here.
        last = last_setting(feature, setting) if any(each.what != THRESHOLD for each in differences) else None
        return cls(differences, last.entry if last else None)


def home(feature: str) -> str:
    return reverse("confidence:feature-settings", args=[feature])


@require_safe
@never_cache
@staff_page(Permission.CONFIG_READ)
def feature_settings(request: TenantRequest, feature: str) -> HttpResponse:
    return show(request, find_feature(feature))


def show(
    request: TenantRequest,
    feature: Feature,
    *,
    demand: Demand | None = None,
    keeping: Keeping | None = None,
    meanwhile: Meanwhile | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """`demand` and `keeping`: what was entered and is not saved; `meanwhile`: what somebody else changed."""
    at, policy, seconds = datetime.now(UTC), policy_of(feature), seconds_kept(feature)
    standing = standing_of(feature, at)
    context = {
        "feature": feature,
        "standing": standing,
        "demand": demand or Demand.of(policy),
        "expected": token(policy),
        "keeping": keeping or Keeping(str(seconds)),
        "seconds": seconds,
        "longest": LONGEST_SECONDS,
        "mode": MODES[policy.mode],
        "fate": UNVERIFIED[policy.unverified],
        "calls": max(calls_of(feature.pk, at), standing.refusals.calls),
        "days": DAYS,
        "read_instead": sentences(),
        "is_unsaved": {"grounding": demand is not None, "keeping": keeping is not None},
        "meanwhile": meanwhile,
        "last": _changes(feature),
        "may_change": may_everywhere(request, Permission.CONFIG_CHANGE),
        "at": at,
    }
    return render(request, "calibration/feature_settings.html", context, status=status)


def _changes(feature: Feature) -> list[dict[str, Any]]:
    """The last one of each, which can be put back."""
    found = [(setting, last_setting(feature, setting)) for setting in Setting]
    return [
        {"setting": setting, "entry": last.entry, "differences": _lines(setting, last)}
        for setting, last in found
        if last is not None
    ]


def _lines(setting: Setting, last: LastSetting) -> list[Difference]:
    if setting is Setting.KEEPING:
        return [kept(last.before["seconds"], last.after["seconds"])]
    before, after = (
        Policy(Mode(each["mode"]), 0, Unverified(each["unverified"])) for each in (last.before, last.after)
    )
    return differences(before, after)


def kept(before: int, after: int) -> Difference:
    return Difference("Answers are kept for", f"{before:,} s", f"{after:,} s")
