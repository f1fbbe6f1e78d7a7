"""Asking a suite of one member, so that it is known whether it could stand in."""

from collections.abc import Iterable
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
from tenants.refusals import Invalid


@staff_page(Permission.EVALS_RUN)
@posted(home)
def suite_run(request: TenantRequest, slug: str) -> HttpResponse:
    """`suite`: one of those that judge the chain; none: all of them."""
    chain, name = get_object_or_404(Chain, slug=slug), request.POST.get("suite", "")
    judging = [each for each in by_chain().get(chain.slug, ()) if name in ("", each.suite.name)]
    if not judging:
        raise Invalid("suite", "no such suite judges a prompt that names this chain.")
    model = request.POST.get("model", "")
    if not chain.members.filter(model__slug=model).exists():
        raise Invalid("model", f"{model!r} is none of the models of {chain.slug}.")
    started = run_suites(judging, model, by=request.principal.actor)
    told = f"{_named(started)} asked of {model}" if started else "It is under way"
    whose = "Their scores appear" if len(started) > 1 else "Its score appears"
    back = _back(request, slug)
    messages.success(request, f"{told}. {whose} here.", extra_tags=back.rpartition("#")[2] if "#" in back else "")
    return redirect(back)


def _named(runs: list[Run]) -> str:
    names = ", ".join(str(run.suite.suite) for run in runs)
    return f"{names} {'is' if len(runs) == 1 else 'are'}"


def run_suites(judging: Iterable[Judging], model: str, *, by: Actor) -> list[Run]:
    """Not those that ask it already."""
    return [_start(each, model, by) for each in judging if not _is_running(each, model)]


def _start(judging: Judging, model: str, by: Actor) -> Run:
    return services.start_run(judging.content, head=judging.version, model=model, by=by, at=datetime.now(UTC))


def _is_running(judging: Judging, model: str) -> bool:
    return Run.objects.running().filter(suite=judging.content, head=judging.version, model=model).exists()


def _back(request: TenantRequest, slug: str) -> str:
    asked = request.POST.get("back", "")
    is_ours = asked.startswith("/chains/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else f"{reverse('gateway:chain-detail', args=[slug])}#scores"
