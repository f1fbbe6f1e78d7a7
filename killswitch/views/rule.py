"""One rule: what it watches, its trips with their evidence, and what people may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from killswitch.models import Rule, Trip, Watch
from killswitch.rule_forms import LimitsForm
from killswitch.rules import changing, showing
from killswitch.rules.showing import Shown, shown
from killswitch.scopes import Scope
from tenants.actors import Actor
from tenants.http import TenantRequest, may_everywhere, posted, staff_page
from tenants.models import Feature, Tenant
from tenants.permissions import Permission
from tenants.refusals import Invalid

_PILLS: Final = {"off": "plain", "shadow": "shadow", "asked": "warn", "live": "ok"}
# Calls are listed from a little before what was counted.
_BEFORE: Final = timedelta(minutes=2)
_SAID: Final[Mapping[str, str]] = {
    "asked": "Asked that {name} goes live. It does once somebody else agrees.",
    "live": "{name} is live: from its next look on it stops for real.",
    "shadow": "{name} is in shadow. Stops of it that stand keep standing to their end.",
    "off": "{name} is off. Stops of it that stand keep standing to their end.",
}


@dataclass(frozen=True, slots=True)
class TripLine:
    trip: Trip
    saw: str
    # The calls that were counted.
    calls: str


@dataclass(frozen=True, slots=True)
class StandingLine:
    watch: Watch
    stage: str

    @property
    def is_shadow(self) -> bool:
        return self.watch.trip is None or self.watch.trip.shadow


@dataclass(frozen=True, slots=True)
class Line:
    shown: Shown
    pill: str
    standing: Sequence[StandingLine]
    trips: Sequence[TripLine]
    # Whoever asked cannot agree.
    waits: bool

    @classmethod
    def of(cls, found: Shown, actor: Actor) -> Self:
        rule = found.rule
        standing = [StandingLine(watch, showing.stage(watch)) for watch in found.standing]
        trips = [TripLine(trip, showing.saw(trip, rule), _calls(trip, rule)) for trip in found.trips]
        waits = rule.state == Rule.State.ASKED and rule.was_asked_by(actor)
        return cls(found, _PILLS[rule.state], standing, trips, waits)

    @property
    def rule(self) -> Rule:
        return self.shown.rule


@require_safe
@never_cache
@staff_page(Permission.SWITCHES_READ)
def rule_detail(request: TenantRequest, rule: str) -> HttpResponse:
    return _show(request, get_object_or_404(Rule, slug=rule))


def _home(request: TenantRequest, rule: str) -> str:
    return reverse("killswitch:rule-detail", args=[rule])


@staff_page(Permission.RULES_CHANGE)
@posted(_home)
def rule_move(request: TenantRequest, rule: str) -> HttpResponse:
    found = get_object_or_404(Rule, slug=rule)
    to = request.POST.get("to", "")
    if to not in changing.MOVES:
        raise Invalid("to", f"it is one of {', '.join(changing.MOVES)}.")
    version = _version(request)
    moved = changing.MOVES[to](found, by=request.principal.actor, version=version, at=datetime.now(UTC))
    messages.success(request, _SAID[to].format(name=moved.name))
    return redirect("killswitch:rule-detail", rule)


@staff_page(Permission.RULES_CHANGE)
@posted(_home)
def rule_limits(request: TenantRequest, rule: str) -> HttpResponse:
    found = get_object_or_404(Rule, slug=rule)
    form = LimitsForm(request.POST, rule=found)
    if not form.is_valid():
        return _show(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    at, before = datetime.now(UTC), found.state
    try:
        changed = changing.change_limits(
            found, form.values(), by=request.principal.actor, version=_version(request), at=at
        )
    except Invalid as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return _show(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    back = " It is in shadow again: ask anew that it goes live." if before in ("live", "asked") else ""
    messages.success(request, f"{changed.name} is changed.{back}")
    return redirect("killswitch:rule-detail", rule)


def _version(request: TenantRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _show(
    request: TenantRequest, rule: Rule, form: LimitsForm | None = None, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:  # fmt: skip
    at = datetime.now(UTC)
    [found] = shown([rule], at=at)
    context = {
        "line": Line.of(found, request.principal.actor),
        "form": form or LimitsForm(rule=rule),
        "may_change": may_everywhere(request, Permission.RULES_CHANGE),
        "at": at,
    }
    return render(request, "killswitch/rule_detail.html", context, status=status)


def _calls(trip: Trip, rule: Rule) -> str:
    """The page of calls, filtered to those that were counted; empty of what is no call."""
    wanted = _subject(trip, Scope(rule.scope))
    if wanted is None:
        return ""
    since = trip.at - timedelta(seconds=int(trip.evidence.get("window_seconds", 30))) - _BEFORE
    times = {"from": f"{since:%Y-%m-%dT%H:%M:%SZ}", "to": f"{trip.at + _BEFORE:%Y-%m-%dT%H:%M:%SZ}"}
    return f"{reverse('costs:call-list')}?{urlencode({**wanted, **times})}"


def _subject(trip: Trip, scope: Scope) -> dict[str, Any] | None:
    name = trip.subject.partition(":")[2]
    match scope:
        case Scope.PROVIDER:
            return {"provider": name}
        case Scope.PROMPT_VERSION:
            return {"version": trip.label.replace(" ", "@")}
        case Scope.TENANT_FEATURE:
            tenant, _, feature = name.partition("/feature:")
            return _slugs(tenant, feature)
        case Scope.MODEL:
            # One that failed may have been answered by another model: all of that time are shown.
            return {}
    return None


def _slugs(tenant: str, feature: str) -> dict[str, Any]:
    found = Tenant.objects.filter(pk=tenant).values_list("slug", flat=True).first()
    of_it = Feature.objects.filter(pk=feature).values_list("slug", flat=True).first()
    return {"tenant": found, "feature": of_it}
