"""Setting a budget: first what it would do, then it is done."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from costs import reports
from costs.budgets import declare_budget
from costs.forms import BudgetForm
from costs.models import Budget
from costs.prices import price_in_force
from costs.reports import LimitedStanding
from costs.views.budget_told import told
from gateway.models import Model
from tenants import revisions
from tenants.http import TenantRequest, staff_page
from tenants.models import OPERATOR, AuditEntry, Feature, Revision, Tenant
from tenants.permissions import Permission

# More tenants than this are typed, not chosen from a list.
LISTED: Final = 200
_NAMED: Final = 5
_ASKED: Final = ("tenant", "feature", "period", "kind", "amount_usd")


class _ChangedMeanwhile(Exception):
    pass


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.BUDGETS_CHANGE)
def budget_set(request: TenantRequest) -> HttpResponse:
    """What it would do has an address of its own, so that the browser's Back never asks to send a form again."""
    is_posted = request.method == "POST"
    if not is_posted and "look" not in request.GET:
        return _show(request, BudgetForm(initial=_initial(request)))
    form = BudgetForm(request.POST if is_posted else request.GET)
    if not form.is_valid():
        return _show(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not is_posted:
        return _show(request, form, is_looking=True)
    if not form.cleaned_data["confirmed"]:
        asked = {name: request.POST.get(name, "") for name in _ASKED}
        return redirect(reverse("costs:budget-set", query=asked | {"look": "1"}))
    try:
        _set_as_seen(request, form, at=datetime.now(UTC))
    except _ChangedMeanwhile:
        return _show(request, form, is_looking=True, status=HTTPStatus.CONFLICT)
    there = _there(form)
    messages.success(request, f"Set: {told(there)}." if there else "Set, and removed by somebody else since.")
    return redirect("costs:budget-list")


def _set_as_seen(request: TenantRequest, form: BudgetForm, *, at: datetime) -> None:
    """Under the revision's lock, so that nothing changes between looking and setting."""
    given = form.cleaned_data
    with revisions.changing(Revision.Name.CONFIG):
        if given["expected"] != _version(_there(form)):
            raise _ChangedMeanwhile
        declare_budget(
            _whose(form),
            feature=given["feature"],
            amount_usd=given["amount_usd"],
            period=Budget.Period(given["period"]),
            kind=Budget.Kind(given["kind"]),
            by=request.principal.actor,
            at=at,
        )


def _initial(request: TenantRequest) -> dict[str, Any]:
    """A link to the form names a budget; what it is goes before what the link asks for."""
    asked = {name: request.GET.get(name, "") for name in _ASKED}
    if not any(asked.values()):
        return {"period": Budget.Period.MONTH}
    there = Budget.objects.filter(
        tenant__slug=asked["tenant"] or OPERATOR,
        feature=Feature.objects.filter(slug=asked["feature"]).first(),
        period=asked["period"] or Budget.Period.MONTH,
    ).first()
    known = {"kind": there.kind, "amount_usd": f"{there.amount_usd.normalize():f}"} if there else {}
    return {"period": Budget.Period.MONTH} | {name: value for name, value in asked.items() if value} | known


def _show(
    request: TenantRequest, form: BudgetForm, *, is_looking: bool = False, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    tenants = list(Tenant.objects.customers().order_by("name")[: LISTED + 1])
    context: dict[str, Any] = {
        "form": form,
        "tenants": tenants if len(tenants) <= LISTED else [],
        # One of the console's own only where the budget is of it already.
        "features": Feature.objects.filter(Q(is_own=False) | Q(slug=form["feature"].value() or "")).order_by("name"),
        "periods": Budget.Period.choices,
        "kinds": Budget.Kind.choices,
        "is_looking": is_looking,
    }
    if is_looking:
        context |= _what_it_would_do(form, datetime.now(UTC))
    if status == HTTPStatus.CONFLICT:
        context["changed"] = _last_change(form)
        context["reader"] = request.principal.actor.id
    return render(request, "costs/budget_set.html", context, status=status)


def _what_it_would_do(form: BudgetForm, at: datetime) -> dict[str, Any]:
    there, given = _there(form), form.cleaned_data
    draft = Budget(
        tenant=_whose(form),
        feature=given["feature"],
        period=given["period"],
        kind=given["kind"],
        amount_usd=given["amount_usd"],
    )
    [found] = reports.limited(at, [draft])
    return {
        "draft": draft,
        "there": there,
        "limited": found,
        "expected": _version(there),
        "is_refusing": _is_refusing(found),
        "unpriced": _unpriced(at) if draft.is_hard else [],
        "named": _NAMED,
    }


def _is_refusing(limited: LimitedStanding) -> bool:
    return limited.standing.budget.is_hard and limited.standing.left == 0


def _unpriced(at: datetime) -> Sequence[str]:
    """Models that no call under a hard budget may ask."""
    rows = Model.objects.select_related("provider").order_by("slug")
    return [row.slug for row in rows if price_in_force(row.provider.pricing_provider, row.upstream, at=at) is None]


def _whose(form: BudgetForm) -> Tenant:
    chosen: Tenant | None = form.cleaned_data["tenant"]
    return chosen or Tenant.objects.get(slug=OPERATOR)


def _there(form: BudgetForm) -> Budget | None:
    given = form.cleaned_data
    return Budget.objects.filter(tenant=_whose(form), feature=given["feature"], period=given["period"]).first()


def _version(budget: Budget | None) -> str:
    return f"{budget.kind} {budget.amount_usd.normalize():f}" if budget else ""


def _last_change(form: BudgetForm) -> AuditEntry | None:
    tenant, feature = _whose(form), form.cleaned_data["feature"]
    name = f"{tenant.slug}/{feature.slug}" if feature else tenant.slug
    changes = AuditEntry.objects.filter(tenant__slug=OPERATOR, object=name, action__startswith="budget.")
    return changes.order_by("-seq").first()
