"""Runs that measured how sure a feature's answers are."""

from collections.abc import Iterator
from decimal import Decimal

from evals.calibration.calibrated import Calibrated
from evals.calibration.cases import MOST_UNMEASURED, Case
from evals.models import Result, Run
from evals.models.run import RunQuerySet
from tenants.models import Feature
from tenants.refusals import Conflict, Invalid


class NotMeasured(Conflict):
    """The run says too little."""

    code = "not_measured"


def runs_of(feature: Feature) -> RunQuerySet:
    """That are over, the newest first."""
    found = Run.objects.filter(kind=Run.Kind.CONFIDENCE, stands_for=feature).finished().newest_first()
    return found.select_related("suite__suite", "prompt", "head", "stands_for").defer("suite__content")


def measure(run: Run, target: Decimal) -> Calibrated:
    """Raises Invalid and NotMeasured."""
    check_target(target)
    feature_of(run)
    if run.state != Run.State.FINISHED:
        raise NotMeasured(f"Run {run.pk} is {run.state}: a threshold is calibrated from one that is finished.")
    found = Calibrated.of(cases_of(run), target)
    if not found.sample.is_enough_measured:
        lost, asked = found.sample.unmeasured, found.sample.unmeasured + found.sample.cases
        raise NotMeasured(
            f"{lost:,} of {asked:,} answers could not be measured; at most {MOST_UNMEASURED:.0%} may be missing."
            f"{_why(run)}"
        )
    return found


def feature_of(run: Run) -> Feature:
    """Whose answers it measured."""
    if run.stands_for is None:
        raise NotMeasured(
            "It did not measure confidence. `aiops calibrate FEATURE --suite SUITE --ask` starts a run that does."
        )
    return run.stands_for


def check_target(target: Decimal) -> None:
    if not target.is_finite() or not 0 < target < 1:
        raise Invalid("target", "it must be above 0% and below 100%.")
    if target != round(target, 4):
        raise Invalid("target", "it may have at most two decimals of a percent.")


def cases_of(run: Run) -> Iterator[Case]:
    """In the order in which they were asked."""
    rows = Result.objects.of(run).asked().order_by("repeat", "place")
    for case, confidence, passed, refusal, error in rows.values_list(
        "case", "confidence", "passed", "refusal", "error"
    ):
        yield Case(case, confidence, None if error else passed, refused=bool(refusal))


def _why(run: Run) -> str:
    failed = Result.objects.of(run).asked().exclude(error="").order_by("place").values_list("error", flat=True).first()
    if failed:
        return f" The first: {failed[:300]}"
    untold = Result.objects.of(run).asked().filter(confidence=None, refusal="").order_by("place").first()
    return f" Case {untold.case} has no `sources`, so that nothing said how sure its answer is." if untold else ""
