"""Going back to what was live before: nothing stands in its way."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prompts import services
from prompts.diffing import diff
from prompts.forms import ReleaseForm
from prompts.models import Prompt, PromptVersion, Release
from prompts.services import PRODUCTION
from prompts.views.changing import ChangedMeanwhile, as_seen, expected_of, home_of
from prompts.views.finding import find_environment, find_prompt, find_version
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

_CHOICES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
def prompt_rollback(request: TenantRequest, name: str) -> HttpResponse:
    prompt = find_prompt(name)
    environment = find_environment(request.GET.get("environment") or PRODUCTION)
    target = _target(prompt, environment, request.GET.get("to", ""))
    if request.method != "POST" or target is None:
        status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.CONFLICT
        return _show(request, prompt, environment, target, ReleaseForm(), status=status)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _show(request, prompt, environment, target, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _roll_back(request, prompt, environment, target, form)


def _target(prompt: Prompt, environment: str, word: str) -> PromptVersion | None:
    """The one that is named, if it was ever live there; else what was served before."""
    if not word:
        return services.served_before(prompt, environment)
    found = find_version(prompt, word)
    if not services.was_live(found, environment):
        raise Http404
    return found


def _roll_back(
    request: TenantRequest, prompt: Prompt, environment: str, target: PromptVersion, form: ReleaseForm
) -> HttpResponse:
    try:
        with as_seen(target, environment, expected=form.cleaned_data["expected"]) as is_done:
            if not is_done:
                services.roll_back(
                    prompt,
                    environment=environment,
                    to=target,
                    note=form.cleaned_data["note"],
                    by=request.principal.actor,
                    at=datetime.now(UTC),
                )
    except ChangedMeanwhile as changed:
        form.cleaned_data["expected"], conflict = changed.live.number, HTTPStatus.CONFLICT
        return _show(request, prompt, environment, target, form, changed=changed.live, status=conflict)
    return redirect(home_of(prompt, environment))


def _show(
    request: TenantRequest,
    prompt: Prompt,
    environment: str,
    target: PromptVersion | None,
    form: ReleaseForm,
    *,
    changed: Release | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    live = services.live(prompt, environment)
    is_live = live is not None and target is not None and live.version_id == target.pk
    context: dict[str, Any] = {
        "prompt": prompt,
        "environment": environment,
        "target": target,
        "live": live,
        "is_live": is_live,
        "form": form,
        "expected": expected_of(form, live),
        "changed": changed,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "diff": diff(live.version.bundle, target.bundle) if live and target else None,
        "others": _others(prompt, environment, live),
        "reader": request.principal.actor.id,
        "action": _address(prompt, environment, target),
        "at": datetime.now(UTC),
    }
    return render(request, "prompts/prompt_rollback.html", context, status=status)


def _address(prompt: Prompt, environment: str, target: PromptVersion | None) -> str:
    """With the version that the page names, so that pressing twice does not go back by two."""
    query = {"environment": environment} | ({"to": target.hash} if target else {})
    return reverse("prompts:prompt-rollback", args=[prompt.name], query=query)


def _others(prompt: Prompt, environment: str, live: Release | None) -> list[Release]:
    """Of each version that was live there, the last time it was; the latest of them first."""
    rows = Release.objects.of(prompt, environment).to_all().exclude(version=live.version_id if live else None)
    last = rows.order_by("version", "-number").distinct("version").select_related("version").defer("version__content")
    return sorted(last, key=lambda release: -release.number)[:_CHOICES]
