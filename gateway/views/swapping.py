"""Another model for a chain, step by step: each step's state is read from what is there."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from evals.parity import ChainParity, MemberParity, Standing, of_chains
from gateway.models import Chain, Model
from gateway.services import (
    ChangedMeanwhile,
    State,
    declare_state,
    last_change,
    order_before_promotion,
    state_of,
)
from gateway.standing.live import Line, Live, lives
from gateway.standing.words import Word
from gateway.views.differences import differences
from gateway.views.scores import Scored, suites_of
from gateway.views.shown import MISSING, read_shown
from gateway.views.swaps import Refused, back, canary, join, promote
from gateway.views.words import PARITY
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission
from tenants.refusals import Invalid

type Change = Callable[[State, str, Mapping[str, str]], State]

_STEPS: Final[Mapping[str, tuple[Change, str]]] = {
    "join": (join, "{model} is the last one of {chain}: it is asked when all others fail."),
    "canary": (canary, "{model} is asked first for {percent}% of the calls of {chain}."),
    "promote": (promote, "{model} is the first one of {chain} now."),
    "back": (back, "{model} is not asked first any more."),
}


@dataclass(frozen=True, slots=True)
class Swap:
    """How far it is. `member` is None until the model is in the chain."""

    chain: Chain
    model: Model | None
    member: MemberParity | None
    line: Line | None
    scores: Sequence[Scored]
    first: str
    # Whether it was made the first one; one that always was has nothing to go back to.
    was_promoted: bool

    @property
    def is_member(self) -> bool:
        return self.member is not None

    @property
    def is_first(self) -> bool:
        return self.member is not None and self.member.member.position == 0

    @property
    def is_measured(self) -> bool:
        return bool(self.scores) and all(score.run for score in self.scores)

    @property
    def is_running(self) -> bool:
        return any(score.running for score in self.scores)

    @property
    def standing(self) -> Word:
        return PARITY[self.member.standing if self.member else Standing.UNMEASURED]

    @property
    def holds(self) -> bool:
        return self.member is not None and self.member.standing is Standing.HOLDS

    @property
    def percent(self) -> int:
        return self.member.member.first_percent if self.member else 0


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONFIG_READ)
def chain_swap(request: TenantRequest, slug: str) -> HttpResponse:
    chain = get_object_or_404(Chain, slug=slug)
    if request.method != "POST":
        return _show(request, chain, request.GET.get("model", ""))
    if not may_everywhere(request, Permission.CONFIG_CHANGE):
        raise PermissionDenied(Permission.CONFIG_CHANGE)
    return _change(request, chain)


def _change(request: TenantRequest, chain: Chain) -> HttpResponse:
    sent = request.POST.dict()
    step, model, shown = sent.get("step", ""), sent.get("model", ""), read_shown(sent.get("shown", ""))
    if step not in _STEPS:
        raise Invalid("step", f"it is one of {', '.join(_STEPS)}.")
    context: dict[str, Any]
    if shown is None:
        context = {"problem": MISSING, "at_step": "form", "typed": sent}
        return _show(request, chain, model, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    change, said = _STEPS[step]
    if step == "back":
        change = partial(back, order=order_before_promotion(chain.slug, model))
    try:
        declare_state(chain.slug, change(shown, model, sent), expected=shown, by=request.principal.actor)
    except ChangedMeanwhile as meanwhile:
        context = {"changed": differences(shown, meanwhile.now), "last": last_change(chain.slug), "typed": sent}
        return _show(request, chain, model, context, status=HTTPStatus.CONFLICT)
    except Refused as refusal:
        context = {"problem": str(refusal), "at_step": step, "typed": sent}
        return _show(request, chain, model, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    told = said.format(model=model, chain=chain.slug, percent=sent.get("percent", "").strip())
    messages.success(request, told, extra_tags=f"step-{step}")
    return redirect(f"{reverse('gateway:chain-swap', args=[chain.slug])}?{urlencode({'model': model})}#step-{step}")


def _show(
    request: TenantRequest,
    chain: Chain,
    name: str,
    more: Mapping[str, Any] | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    at = datetime.now(UTC)
    model = Model.objects.select_related("provider").filter(slug=name).first()
    if name and model is None:
        more = {"problem": f"There is no model {name!r}.", "at_step": "pick", **(more or {})}
        status = HTTPStatus.NOT_FOUND if status is HTTPStatus.OK else status
    parity, live = of_chains([chain])[chain.pk], lives([chain], at=at)[chain.pk]
    context = {
        "chain": chain,
        "swap": _swap(chain, model, parity, live),
        "models": Model.objects.select_related("provider").order_by("slug"),
        "shown": json.dumps(state_of(chain.slug)),
        "has_suites": bool(parity.judged_by),
        "hours": live.hours,
        "may_change": may_everywhere(request, Permission.CONFIG_CHANGE),
        "may_run": may_everywhere(request, Permission.EVALS_RUN),
        "at": at,
    }
    return render(request, "gateway/chain_swap.html", {**context, **(more or {})}, status=status)


def _swap(chain: Chain, model: Model | None, parity: ChainParity, live: Live) -> Swap:
    of_it = next((each for each in parity.members if model and each.member.model_id == model.pk), None)
    line = next((each for each in live.lines if model and each.member.model_id == model.pk), None)
    rows = (row for suite in suites_of(parity) for row in suite.rows)
    scores = [row for row in rows if model and row.member.model_id == model.pk]
    first = parity.members[0].member.model.slug if parity.members else ""
    was_promoted = bool(model and first == model.slug and order_before_promotion(chain.slug, first))
    return Swap(chain, model, of_it, line, scores, first, was_promoted)
