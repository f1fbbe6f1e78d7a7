"""Which run and which target a page is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from aiops.lib import decimals
from evals.calibration.calibrated import Calibrated
from evals.confidence.measured import measure, runs_of
from evals.models import Run
from evals.services import in_force
from tenants.models import Feature
from tenants.refusals import Refused

USUAL: Final = Decimal("0.02")
# To choose from.
MOST_RUNS: Final = 30


@dataclass(frozen=True, slots=True)
class Asked:
    runs: Sequence[Run]
    run: Run | None
    # As it was typed, in percent.
    text: str
    target: Decimal
    found: Calibrated | None
    problem: str


def find_feature(slug: str) -> Feature:
    return get_object_or_404(Feature.objects.customers(), slug=slug)


def read(feature: Feature, given: Mapping[str, str]) -> Asked:
    runs = list(runs_of(feature)[:MOST_RUNS])
    run = _run(runs, given.get("run", ""))
    text = given.get("target", "").strip() or _percent(_target_in_force(feature))
    target = _share(text)
    if target is None:
        return Asked(runs, run, text, USUAL, None, f"“{text[:20]}” is no number of percent, such as 2 or 0.5.")
    if run is None:
        return Asked(runs, None, text, target, None, "")
    try:
        return Asked(runs, run, text, target, measure(run, target), "")
    except Refused as refused:
        return Asked(runs, run, text, target, None, refused.sentence)


def _target_in_force(feature: Feature) -> Decimal:
    calibration = in_force(feature)
    return calibration.target if calibration else USUAL


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def _run(runs: Sequence[Run], named: str) -> Run | None:
    """The newest unless one is named."""
    if not named:
        return runs[0] if runs else None
    try:
        wanted = UUID(named)
    except ValueError:
        raise Http404 from None
    found = next((run for run in runs if run.pk == wanted), None)
    if found is None:
        raise Http404
    return found


def _share(text: str) -> Decimal | None:
    """2, 0.5 and 0,5, with or without a sign of percent."""
    percent = decimals.read(text.removesuffix("%").replace(",", "."))
    return None if percent is None else percent / 100
