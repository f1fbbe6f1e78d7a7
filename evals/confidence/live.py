"""Whether a calibration still is of what callers get."""

from collections import Counter
from typing import Final

from evals.models import DriftAlarm, Result, Run
from gateway.models import ChainMember, Model
from prompts.models import PromptVersion
from prompts.services import PRODUCTION, live

# What a prompt without a chain is asked of, as evals ask.
_USUAL: Final = "default"


def differences(run: Run) -> list[str]:
    """How what was measured differs from what is live; nothing when it does not."""
    return list(filter(None, (_version(run), _suite(run), _model(run))))


def drifted(run: Run) -> str:
    """Whether an alarm of its suite is open that was raised since."""
    alarms = DriftAlarm.objects.filter(suite=run.suite.suite_id, closed_at=None, raised_at__gte=run.started_at)
    alarm = alarms.order_by("raised_at").first()
    return f"its suite drifted since: {alarm.detail}" if alarm else ""


def _version(run: Run) -> str:
    release = live(run.prompt, PRODUCTION)
    if release is None:
        return f"calibrated on {run.head}, and nothing of {run.prompt} is live"
    return "" if release.version_id == run.head_id else f"calibrated on {run.head}, live is {release.version}"


def _suite(run: Run) -> str:
    current = run.suite.suite.current
    if current is None or current.pk == run.suite_id:
        return ""
    return f"calibrated by content #{run.suite.number} of suite {run.suite.suite}, current is #{current.number}"


def _model(run: Run) -> str:
    """By who answered most: a fallback now and then is no other model."""
    counted = Counter(Result.objects.of(run).filter(arm="head").exclude(model="").values_list("model", flat=True))
    answered = counted.most_common(1)
    asked = _first_asked(run.head)
    if not answered or not asked or answered[0][0] == asked:
        return ""
    return f"calibrated with {answered[0][0]}, asked first is {asked}"


def _first_asked(version: PromptVersion) -> str:
    name = str(version.bundle.model.get("chain") or _USUAL)
    members = ChainMember.objects.filter(chain__slug=name).order_by("position")
    member = members.select_related("model__provider").first()
    model = member.model if member else Model.objects.filter(slug=name).select_related("provider").first()
    return f"{model.provider.slug}/{model.upstream}" if model else ""
