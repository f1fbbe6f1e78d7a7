"""One chain: who answers now, whether the others could, when that was tried, and how it is asked."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evals.parity import ChainParity, of_chains
from gateway.models import Chain, ChainDrill, DrillPlan, FeatureChain, Model
from gateway.routing.aliases import PREFIX
from gateway.services import State, last_change, state_of
from gateway.standing.live import lives
from gateway.views.differences import differences
from gateway.views.drilled import Drilled
from gateway.views.editor import Draft
from gateway.views.listing import newest_drills
from gateway.views.scores import SuiteScores, suites_of
from gateway.views.second import Second, second_of
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

_DRILLS: Final = 10
_NAMED: Final = 5


@require_safe
@never_cache
@staff_page(Permission.CONFIG_READ)
def chain_detail(request: TenantRequest, slug: str) -> HttpResponse:
    chain = get_object_or_404(Chain, slug=slug)
    if "HX-Request" in request.headers and request.headers.get("HX-Target") in ("live", "drills", "scores"):
        return _part(request, chain, request.headers["HX-Target"])
    return show(request, chain)


def show(
    request: TenantRequest,
    chain: Chain,
    *,
    draft: Draft | None = None,
    shown: State | None = None,
    changed: State | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """`draft`: what was typed and is not saved; `shown`: what it began from; `changed`: how it stands instead."""
    at, state = datetime.now(UTC), state_of(chain.slug)
    began, parity = shown if shown is not None else state, of_chains([chain])[chain.pk]
    context = {
        **_live(chain, at),
        **_drills(request, chain, at),
        **editor_context(draft or Draft.of_state(state), changed if changed is not None else began),
        "alias": f"{PREFIX}{chain.slug}",
        "features": _features(chain),
        **_scores(request, suites_of(parity)),
        "second": _second(chain, parity),
        "last": _last(chain),
        "is_draft": draft is not None,
        "changed": differences(began, changed) if changed is not None else None,
        "may_change": may_everywhere(request, Permission.CONFIG_CHANGE),
    }
    return render(request, "gateway/chain_detail.html", context, status=status)


def editor_context(draft: Draft, shown: State) -> dict[str, Any]:
    there = Model.objects.exclude(slug__in=draft.models).order_by("slug").values_list("slug", flat=True)
    others = list(there)
    if not others:
        draft.focus_without_add()
    return {"draft": draft, "shown": json.dumps(shown), "others": others}


def _part(request: TenantRequest, chain: Chain, name: str) -> HttpResponse:
    """What is fetched anew while somebody looks on."""
    at = datetime.now(UTC)
    if name == "live":
        context = _live(chain, at)
    else:
        parity = of_chains([chain])[chain.pk]
        part = _scores(request, suites_of(parity)) if name == "scores" else _drills(request, chain, at)
        context = {"chain": chain, "at": at, "is_part": True, "second": _second(chain, parity), **part}
    return render(request, f"gateway/chain_detail.html#{name}", context)


def _second(chain: Chain, parity: ChainParity) -> Second:
    return second_of(parity, newest_drills([chain]).get(chain.pk))


def _live(chain: Chain, at: datetime) -> dict[str, Any]:
    return {"chain": chain, "live": lives([chain], at=at)[chain.pk], "at": at}


def _drills(request: TenantRequest, chain: Chain, at: datetime) -> dict[str, Any]:
    drills = list(ChainDrill.objects.filter(chain=chain).newest_first()[:_DRILLS])
    plan, labels = DrillPlan.objects.filter(chain=chain).first(), chain.labels()
    return {
        "chain": chain,
        "drills": [Drilled(drill, labels) for drill in drills],
        "is_drilling": bool(drills) and drills[0].finished_at is None,
        "newest": next((drill for drill in drills if drill.finished_at), None),
        "plan": plan,
        "next_drill": plan.next_due(at=at) if plan else None,
        "rhythms": DrillPlan.Every.choices,
        "hours": range(24),
        "may_change": may_everywhere(request, Permission.CONFIG_CHANGE),
        "at": at,
    }


def _scores(request: TenantRequest, suites: list[SuiteScores]) -> dict[str, Any]:
    return {
        "suites": suites,
        "is_asking": any(suite.is_running for suite in suites),
        "may_run": may_everywhere(request, Permission.EVALS_RUN),
    }


def _features(chain: Chain) -> Mapping[str, Any]:
    rows = FeatureChain.objects.filter(chain=chain).select_related("feature", "tenant").order_by("feature__name")
    return {"shown": list(rows[:_NAMED]), "more": max(0, rows.count() - _NAMED)}


def _last(chain: Chain) -> dict[str, Any] | None:
    """The last change, as long as the chain stands as it left it."""
    found = last_change(chain.slug)
    now = state_of(chain.slug)
    if found is None or any(now.get(name) != value for name, value in found.after.items()):
        return None
    return {"entry": found.entry, "differences": differences(found.before, found.after)}
