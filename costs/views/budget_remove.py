"""Taking a budget away, after a question; who comes second is told who was first."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aiops.lib.showing import visible
from costs import reports
from costs.budgets import remove_budget
from costs.models import Budget
from costs.views.budget_told import told
from tenants.http import TenantRequest, staff_page
from tenants.models import OPERATOR, AuditEntry
from tenants.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.BUDGETS_CHANGE)
def budget_remove(request: TenantRequest, budget_id: UUID) -> HttpResponse:
    """The address carries what the list was filtered by, and leads back to it."""
    budget = Budget.objects.select_related("tenant", "feature").filter(pk=budget_id).first()
    if budget is None:
        messages.info(request, _who_did(budget_id))
        return redirect(_list_of(request))
    if request.method != "POST":
        [limited] = reports.limited(datetime.now(UTC), [budget])
        return render(request, "costs/budget_remove.html", {"limited": limited, "budget": budget})
    said = told(budget)
    if remove_budget(budget, by=request.principal.actor, at=datetime.now(UTC)):
        messages.success(request, f"Removed: {said}.")
    else:
        messages.info(request, _who_did(budget_id))
    return redirect(_list_of(request))


def _who_did(budget_id: UUID) -> str:
    """From the audit log. An address that never was a budget's is not there."""
    removals = AuditEntry.objects.filter(tenant__slug=OPERATOR, action="budget.removed")
    entry = removals.filter(payload__contains=str(budget_id)).order_by("-seq").first()
    if entry is None:
        raise Http404
    when = f"{entry.at.astimezone(UTC):%-d %b %H:%M:%S} UTC"
    return f"Removed already, by {visible(entry.actor_label)} at {when}. Nothing was changed."


def _list_of(request: TenantRequest) -> str:
    return reverse("costs:budget-list", query=request.GET)
