"""The search over everything, as one types."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aiops.shell import DESTINATIONS, Shell
from costs.reports.calls import open_call
from evals.models import Suite
from gateway.views.finding import chains_named
from killswitch.views.finding import Asked, levers, tenants_named
from prompts.models import Prompt
from tenants.http import TenantRequest, may_everywhere, page
from tenants.permissions import Permission
from tenants.scope import scope


@require_safe
@page(Permission.SWITCHES_READ)
def find(request: TenantRequest) -> HttpResponse:
    """What the search offers while one types: pages, tenants, prompts, suites, chains, and what can be stopped."""
    query = request.GET.get("q", "").strip()[:100]
    shell = Shell(request)
    pages = [each for each in DESTINATIONS if query.lower() in each.label.lower() and shell.shows(each)]
    context = {
        "call": _call(request, query),
        "pages": pages,
        "tenants": tenants_named(query),
        "prompts": _named(Prompt.objects.all(), query) if may_everywhere(request, Permission.PROMPTS_READ) else [],
        "suites": _named(Suite.objects.all(), query) if may_everywhere(request, Permission.EVALS_READ) else [],
        "chains": chains_named(query) if may_everywhere(request, Permission.CONFIG_READ) else [],
        "levers": levers(request.principal, Asked.of(query)),
    }
    return render(request, "tenants/find.html", context)


def _call(request: TenantRequest, query: str) -> UUID | None:
    """A whole id, as callers are told it; the scope of calls may be another than that of switches."""
    try:
        key = UUID(query)
    except ValueError:
        return None
    with scope(request.principal.over(Permission.CALLS_READ)):
        return key if open_call(key) else None


def _named[M: (Prompt, Suite)](rows: QuerySet[M], query: str) -> list[M]:
    return list(rows.filter(name__icontains=query).order_by("name")[:5]) if query else []
