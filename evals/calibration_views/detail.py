"""One feature: a target, what it costs, and the threshold that holds it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs.reports.confidence import DAYS, shift
from evals.calibration import drawing
from evals.calibration.curve import thinned
from evals.calibration_views.asked import Asked, find_feature, read
from evals.confidence.finding import calibrations
from evals.confidence.live import differences, drifted
from evals.confidence.standing import Standing, standing_of
from evals.models import Run, Suite, SuiteVersion
from evals.models.run import RunQuerySet
from evals.services.calibrating import LEAST_REASON, has_sources
from evals.views.finding import progress
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.models import Feature
from tenants.permissions import Permission

# Of the curve in the page's table, and of what was calibrated before.
_ROWS: Final = 20
_HISTORY: Final = 20


class Choice(NamedTuple):
    """A suite, and the prompt that it is asked of."""

    suite: str
    prompt: str
    # It has measured how sure a feature is, or is of the feature's own prompts.
    is_apt: bool = True

    @property
    def value(self) -> str:
        return f"{self.suite}:{self.prompt}"


@require_safe
@never_cache
@staff_page(Permission.EVALS_READ)
def feature_detail(request: TenantRequest, feature: str) -> HttpResponse:
    found, at = find_feature(feature), datetime.now(UTC)
    if request.headers.get("HX-Target") == "running":
        return _still_running(request, found)
    asked = read(found, request.GET.dict())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.problem and asked.found is None else HTTPStatus.OK
    return show(request, found, asked, at, status=status)


def show(
    request: TenantRequest, feature: Feature, asked: Asked, at: datetime, *, status: HTTPStatus, reason: str = ""
) -> HttpResponse:
    """`reason`: what was typed already."""
    context = _context(request, feature, asked, at) | {"reason": reason}
    return render(request, "calibration/feature_detail.html", context, status=status)


def _context(request: TenantRequest, feature: Feature, asked: Asked, at: datetime) -> dict[str, Any]:
    running, standing = _running(feature), standing_of(feature, at)
    choices = _choices(feature, asked.runs)
    return {
        "feature": feature,
        "standing": standing,
        "asked": asked,
        "running": running,
        "progress": progress(running)[running.pk] if running else {},
        "choices": choices,
        "sample": next((each for each in choices if each.is_apt), None),
        "history": list(calibrations().filter(feature=feature).order_by("-id")[:_HISTORY]),
        "may_ask": may_everywhere(request, Permission.EVALS_RUN),
        "may_look": may_everywhere(request, Permission.CONFIG_READ),
        "may_set": may_everywhere(request, Permission.CONFIG_CHANGE),
        "least_reason": LEAST_REASON,
        "days": DAYS,
        "at": at,
        **_measured(feature, asked, standing, at),
    }


def _still_running(request: TenantRequest, feature: Feature) -> HttpResponse:
    """What is fetched anew while somebody looks on: nothing that was typed is lost when the run ends."""
    run = get_object_or_404(_runs(feature), pk=_uuid(request.GET.get("run", "")))
    is_running = run.state == Run.State.RUNNING
    context = {
        "feature": feature,
        "running": run if is_running else None,
        "progress": progress(run)[run.pk],
        "ended": run,
    }
    return render(request, "calibration/_running.html", context)


def _measured(feature: Feature, asked: Asked, standing: Standing, at: datetime) -> dict[str, Any]:
    found, run = asked.found, asked.run
    if found is None or run is None:
        return {}
    changed = None if found.threshold is None else shift(feature.pk, found.threshold, at)
    return {
        "found": found,
        "differs": differences(run),
        "drifted": drifted(run),
        "risk": drawing.risk_coverage(found),
        "told_of_risk": drawing.told_of_risk(found),
        "reliability": drawing.reliability(found),
        "told_of_reliability": drawing.told_of_reliability(found),
        "points": thinned(found.curve, _ROWS),
        "shift": changed,
        "refuses_most": changed is not None and standing.is_enforced and changed.refuses_most,
    }


def _running(feature: Feature) -> Run | None:
    return _runs(feature).running().newest_first().first()


def _runs(feature: Feature) -> RunQuerySet:
    return Run.objects.filter(kind=Run.Kind.CONFIDENCE, stands_for=feature).select_related("suite__suite")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404(text) from None


def _choices(feature: Feature, runs: Sequence[Run]) -> list[Choice]:
    """What was asked before first, or what measured another feature; then the suites of the feature's own prompts.

    Those alone that bring sources: another one is refused. Where there are none of these, all that do.
    """
    asked = [Choice(run.suite.suite.name, run.prompt.name) for run in runs] or _measuring()
    known = Suite.objects.filter(current__isnull=False, prompt__isnull=False).select_related("prompt").order_by("name")
    own = [Choice(suite.name, str(suite.prompt)) for suite in _with_sources(known.filter(prompt__feature=feature))]
    found = [*asked, *own] or [Choice(suite.name, str(suite.prompt), is_apt=False) for suite in _with_sources(known)]
    return list(dict.fromkeys(found))


def _measuring() -> list[Choice]:
    rows = Run.objects.finished().filter(kind=Run.Kind.CONFIDENCE).order_by("suite__suite__name", "prompt__name")
    return [Choice(*names) for names in rows.values_list("suite__suite__name", "prompt__name").distinct()]


def _with_sources(suites: Iterable[Suite]) -> list[Suite]:
    return [suite for suite in suites if suite.current_id and _has_sources(suite.current_id)]


@lru_cache(maxsize=1024)
def _has_sources(content: UUID) -> bool:
    """A content never changes."""
    return has_sources(SuiteVersion.objects.get(pk=content))
