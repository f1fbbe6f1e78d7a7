"""Calibrations and runs as addresses and orders name them. Raises NotFound."""

from uuid import UUID

from django.db.models import QuerySet

from evals.confidence.measured import runs_of
from evals.models import Calibration, Run
from tenants.models import Feature
from tenants.refusals import Invalid, NotFound


def calibrations() -> QuerySet[Calibration]:
    """With all that they name but the suites' contents."""
    rows = Calibration.objects.select_related("feature", "run__suite__suite__current", "run__prompt", "run__head")
    return rows.defer("run__suite__content", "run__suite__suite__current__content")


def find_calibration(pk: UUID) -> Calibration:
    found = calibrations().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such calibration.")
    return found


def find_measured(feature: Feature, *, run: UUID | None = None, suite: str = "") -> Run:
    """The run that is named, or the newest of the suite that is over."""
    rows = runs_of(feature)
    if run is not None:
        found = rows.filter(pk=run).first()
        return found or _none(f"Run {run} did not measure how sure {feature.slug} is, or is not over.")
    if not suite:
        raise Invalid("suite", "say the suite, or the run.")
    found = rows.filter(suite__suite__name=suite).first()
    return found or _none(
        f"No run of suite {suite!r} has measured how sure {feature.slug} is. Ask one: "
        f"aiops calibrate {feature.slug} --suite {suite} --target 2% --ask"
    )


def _none(detail: str) -> Run:
    raise NotFound(detail)
