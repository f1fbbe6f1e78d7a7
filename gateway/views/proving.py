"""Asking a suite of one member, so that it is known whether it could stand in."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from evals import services
from evals.models import Run
from evals.parity import Judging
from evals.parity.suites import by_chain
from gateway.models import Chain
from gateway.views.editing import home
from tenants.actors import Actor
from tenants.http import TenantRequest, posted, staff_page
from tenants.permissions import Permission
from tenants.queueing import QueueAway
from tenants.refusals import Invalid
from tenants.scope import ALL, scope


@staff_page(Permission.EVALS_RUN, is_slow=True)
@posted(home)
def suite_run(request: TenantRequest, slug: str) -> HttpResponse:
    """`suite`: one of those that judge the chain; none: all of them. Each is committed before it is told."""
    with scope(ALL):
        judging, model = _asked(request, slug)
    back = _back(request, slug)
    tags = back.rpartition("#")[2] if "#" in back else ""
    started, left = run_suites(judging, model, by=request.principal.actor)
    told = f"{_named([str(run.suite.suite) for run in started])} asked of {model}" if started else "It is under way"
    whose = "Their scores appear" if len(started) > 1 else "Its score appears"
    if left:
        lost = f"Then the workers' queue did not answer, so {_named(left)} not asked: try again once Redis is back."
        messages.warning(request, f"{told}. {whose} here. {lost}", extra_tags=tags)
    else:
        messages.success(request, f"{told}. {whose} here.", extra_tags=tags)
    return redirect(back)


def _asked(request: TenantRequest, slug: str) -> tuple[list[Judging], str]:
    chain, name = get_object_or_404(Chain, slug=slug), request.POST.get("suite", "")
    judging = [each for each in by_chain().get(chain.slug, ()) if name in ("", each.suite.name)]
    if not judging:
        raise Invalid("suite", "no such suite judges a prompt that names this chain.")
    model = request.POST.get("model", "")
    if not chain.members.filter(model__slug=model).exists():
        raise Invalid("model", f"{model!r} is none of the models of {chain.slug}.")
    return judging, model


def _named(suites: Sequence[str]) -> str:
    return f"{', '.join(suites)} {'is' if len(suites) == 1 else 'are'}"


def run_suites(judging: Iterable[Judging], model: str, *, by: Actor) -> tuple[list[Run], list[str]]:
    """Not those that ask it already. Also the suites that are left when the queue goes away after the first."""
    waiting = [each for each in judging if not _is_running(each, model)]
    started: list[Run] = []
    try:
        for each in waiting:
            started.append(_start(each, model, by))
    except QueueAway:
        if not started:
            raise
    return started, [str(each.suite) for each in waiting[len(started) :]]


def _start(judging: Judging, model: str, by: Actor) -> Run:
    with scope(ALL):
        return services.start_run(judging.content, head=judging.version, model=model, by=by, at=datetime.now(UTC))


def _is_running(judging: Judging, model: str) -> bool:
    return Run.objects.running().filter(suite=judging.content, head=judging.version, model=model).exists()


def _back(request: TenantRequest, slug: str) -> str:
    asked = request.POST.get("back", "")
    is_ours = asked.startswith("/chains/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else f"{reverse('gateway:chain-detail', args=[slug])}#scores"
