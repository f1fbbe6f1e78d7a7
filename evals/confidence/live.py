"""Whether a calibration still is of what callers get."""

from collections import Counter
from typing import Final
from uuid import UUID

from evals.models import DriftAlarm, Result, Run
from gateway.models import ChainMember, FeatureChain, Model
from gateway.routing.aliases import AUTO, PREFIX
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
    asked = _first_asked(named_for(run.head, run.stands_for_id))
    if not answered or not asked or answered[0][0] == asked:
        return ""
    return f"calibrated with {answered[0][0]}, asked first is {asked}"


def named_for(version: PromptVersion, feature: UUID | None) -> str:
    """What the feature's callers ask of this version: a model, a chain, or one of the gateway's aliases made plain."""
    settings = version.bundle.model
    named = str(settings.get("model") or settings.get("chain") or "")
    if not named:
        return _chain_of(feature) or _USUAL
    return _chain_of(feature) if named == AUTO and _first_of(AUTO) is None else named


def _chain_of(feature: UUID | None) -> str:
    """For all tenants; what one has of its own is no more than that one's."""
    rows = FeatureChain.objects.filter(feature=feature, tenant=None).values_list("chain__slug", flat=True)
    return (rows.first() or "") if feature else ""


def _first_asked(named: str) -> str:
    model = _first_of(named)
    # What was declared under such a name before it was kept free goes on.
    if model is None and named.startswith(PREFIX):
        model = _first_in_chain(named.removeprefix(PREFIX))
    return f"{model.provider.slug}/{model.upstream}" if model else ""


def _first_of(named: str) -> Model | None:
    return _first_in_chain(named) or Model.objects.filter(slug=named).select_related("provider").first()


def _first_in_chain(slug: str) -> Model | None:
    members = ChainMember.objects.filter(chain__slug=slug).order_by("position")
    member = members.select_related("model__provider").first()
    return member.model if member else None
