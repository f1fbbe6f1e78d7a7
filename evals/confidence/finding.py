"""Calibrations and runs as addresses and orders name them. Raises NotFound."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from evals.confidence.measured import runs_of
from evals.models import Calibration, Run, Suite
from prompts import services as prompts
from prompts.models import PromptVersion
from tenants.lookups import near
from tenants.models import Feature
from tenants.refusals import Invalid, NotFound

_LISTED: Final = 20


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
    if found is None and not Suite.objects.filter(name=suite).exists():
        raise no_suite(suite)
    return found or _none(
        f"No run of suite {suite!r} has measured how sure {feature.slug} is. Ask one: "
        f"aiops calibrate {feature.slug} --suite {suite} --target 2% --ask"
    )


def find_head(suite: Suite, *, prompt: str = "", version: str = "") -> PromptVersion | None:
    """Which version is asked; None: what is live of what the suite judges."""
    asked = prompts.find_prompt(prompt) if prompt else suite.prompt
    if version and asked is None:
        raise Invalid("prompt", f"suite {suite} names no prompt; say which.")
    if asked is None or not (prompt or version):
        return None
    if version:
        return prompts.find_version(asked, version)
    release = prompts.live(asked, prompts.PRODUCTION)
    if release is None:
        raise Invalid("prompt", f"nothing of {asked} is live in {prompts.PRODUCTION}; say which version.")
    return release.version


def no_suite(name: str) -> NotFound:
    known = list(Suite.objects.order_by("name").values_list("name", flat=True))
    listed = ", ".join(known[:_LISTED]) + (f" and {len(known) - _LISTED} others" if len(known) > _LISTED else "")
    return NotFound(f"There is no suite {name!r}.{near(name, known) or f' There are: {listed or "none yet"}.'}")


def _none(detail: str) -> Run:
    raise NotFound(detail)
