"""Letting a version go live: what is served now, what will be, what the suites say; then it is done."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evals import services as evals
from evals.pills import pill_of
from evals.services.promoting import LEAST_REASON, NoVerdict, Standing
from prompts import services
from prompts.diffing import diff
from prompts.forms import ReleaseForm
from prompts.models import PromptVersion, Release
from prompts.services import PRODUCTION
from prompts.views.changing import ChangedMeanwhile, as_seen, expected_of, home_of
from prompts.views.finding import (
    environments,
    find_environment,
    find_prompt,
    find_version,
    listed_versions,
)
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotAllowed

_CHOICES = 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
def prompt_release(request: TenantRequest, name: str) -> HttpResponse:
    prompt = find_prompt(name)
    environment = find_environment(request.GET.get("environment") or PRODUCTION)
    word = request.GET.get("version") or _newest(name)
    version = find_version(prompt, word)
    if request.method != "POST":
        return _show(request, version, environment, ReleaseForm())
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _show(request, version, environment, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _release(request, version, environment, form)


def _newest(name: str) -> str:
    newest = PromptVersion.objects.filter(prompt__name=name).order_by("-number").first()
    return str(newest)


def _release(request: TenantRequest, version: PromptVersion, environment: str, form: ReleaseForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        with as_seen(version, environment, expected=given["expected"]) as is_done:
            if not is_done:
                evals.promote(
                    version,
                    environment=environment,
                    note=given["note"],
                    override=given["override"],
                    by=request.principal.actor,
                    at=datetime.now(UTC),
                )
    except ChangedMeanwhile as changed:
        # Say who was faster, keep what was typed, and let the same button go on from there.
        given["expected"] = changed.live.number
        return _show(request, version, environment, form, changed=changed.live, status=HTTPStatus.CONFLICT)
    except (NoVerdict, Invalid):
        form.add_error("override", f"Say why in at least {LEAST_REASON} characters: it is kept in the audit log.")
        return _show(request, version, environment, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotAllowed:
        if services.protection_of(environment):
            raise
        return _show(request, version, environment, form, status=HTTPStatus.FORBIDDEN)
    return redirect(home_of(version.prompt, environment))


def _show(
    request: TenantRequest,
    version: PromptVersion,
    environment: str,
    form: ReleaseForm,
    *,
    changed: Release | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    prompt = version.prompt
    live = services.live(prompt, environment)
    standings = list(evals.standings(version, environment))
    is_green = not any(each.why for each in standings)
    actor = request.principal.actor
    context: dict[str, Any] = {
        "prompt": prompt,
        "version": version,
        "environment": environment,
        "form": form,
        "expected": expected_of(form, live),
        "live": live,
        "is_live": live is not None and live.version_id == version.pk,
        "diff": diff(live.version.bundle, version.bundle) if live else None,
        "standings": [(each, _pill(each)) for each in standings],
        "is_green": is_green,
        "needs_another": not is_green and evals.needs_another(version, actor),
        "changed": changed,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "reader": actor.id,
        "action": reverse(
            "prompts:prompt-release",
            args=[prompt.name],
            query={"version": version.hash, "environment": environment},
        ),
        "versions": listed_versions(prompt)[:_CHOICES],
        "environments": environments(prompt),
        "at": datetime.now(UTC),
    }
    return render(request, "prompts/prompt_release.html", context, status=status)


def _pill(standing: Standing) -> tuple[str, str]:
    if standing.run is None:
        return "plain", "Not judged"
    pill = pill_of(standing.run)
    return pill.tone, pill.word
