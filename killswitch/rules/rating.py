"""From what was counted to a rate, signal by signal. A door: what is counted may be recorded in any app."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from costs.reports import signals
from costs.reports.signals import By, Counted
from evals.models import DriftAlarm, Run
from killswitch.models import Complaint
from killswitch.rules.machine import Observation
from killswitch.rules.seen import Window
from killswitch.rules.words import Signal
from prompts.models import PromptVersion

# So many of a window are looked at, newest first.
_MOST_COMPLAINTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Rated:
    observation: Observation
    sample: tuple[UUID, ...] = ()
    # What else belongs into the evidence.
    facts: Mapping[str, Any] = field(default_factory=dict)


type Calls = Mapping[str, Counted]


def _shares(calls: Calls, by: By, window: Window) -> dict[str, Rated]:
    return {
        subject: Rated(Observation(each.calls, each.bad, each.callers, each.bad / each.calls), each.sample)
        for subject, each in calls.items()
    }


def _costs(calls: Calls, by: By, window: Window) -> dict[str, Rated]:
    """How many times the usual of as many calls is spent; None where too little is known of what is usual."""
    rates = signals.cost_rates(by, since=window.since, until=window.until) if calls else {}
    rated = {}
    for subject, each in calls.items():
        rate = rates.get(subject)
        times = float(rate.now * 100 / (rate.usual * window.percent)) if rate and rate.usual else None
        facts = (
            {"usd_a_minute": str(round(rate.now, 9)), "usual": str(rate.usual and round(rate.usual, 9))} if rate else {}
        )
        usd = float(rate.now * 100 / window.percent) if rate else None
        seen = Observation(each.calls, each.calls if times else 0, each.callers, times, usd)
        rated[subject] = Rated(seen, facts=facts)
    return rated


def _canaries(calls: Calls, by: By, window: Window) -> dict[str, Rated]:
    """1 while nobody has closed the alarm of the version's last canary, 0 without an alarm, None without a canary."""
    hashes = dict(PromptVersion.objects.filter(hash__in=calls).values_list("pk", "hash"))
    last = Run.objects.finished().filter(kind=Run.Kind.CANARY, head__in=hashes).order_by("head", "-id").distinct("head")
    runs = {hashes[run.head_id]: run for run in last.select_related("suite")}
    alarms = DriftAlarm.objects.filter(closed_at=None, run__head__in=hashes)
    alarmed = set(alarms.values_list("suite_id", "run__head__hash"))
    return {subject: _canary(each, runs.get(subject), alarmed) for subject, each in calls.items()}


def _canary(calls: Counted, run: Run | None, alarmed: set[tuple[UUID, str]]) -> Rated:
    if run is None:
        return Rated(Observation(calls.calls, 0, calls.callers, None))
    is_bad = (run.suite.suite_id, run.head.hash) in alarmed
    return Rated(
        Observation(calls.calls, calls.calls * is_bad, calls.callers, float(is_bad)), facts={"canary": str(run.pk)}
    )


def _complaints(calls: Calls, by: By, window: Window) -> dict[str, Rated]:
    """Callers are those who complained: one who does so all day stops nothing.

    Of a prompt's version they are tenants: none alone stops what is everyone's.
    """
    rows = Complaint.objects.between(window.since, window.until).defer("words").order_by("-at")[:_MOST_COMPLAINTS]
    of_subject: dict[str, list[Complaint]] = defaultdict(list)
    for row in rows:
        of_subject[f"{row.tenant_id}/{row.feature_id}" if by == "tenant_feature" else row.prompt_version].append(row)
    return {
        subject: _complained(each, of_subject[subject], is_shared=by == "prompt_version")
        for subject, each in calls.items()
    }


def _complained(calls: Counted, said: list[Complaint], *, is_shared: bool) -> Rated:
    tenants = {row.tenant_id for row in said}
    # Of those whose call is not named nobody knows whether they are several.
    callers = tenants if is_shared else {row.user_key or row.tenant_id for row in said}
    sample = tuple(row.call_id for row in said if row.call_id)[: signals.SAMPLE]
    facts = {"tenants": len(tenants)} if is_shared else {}
    return Rated(Observation(calls.calls, len(said), len(callers), len(said) / calls.calls), sample, facts)


RATE: Final[Mapping[Signal, Callable[[Calls, By, Window], dict[str, Rated]]]] = {
    Signal.ERRORS: _shares,
    Signal.UNGROUNDED: _shares,
    Signal.SCHEMA: _shares,
    Signal.COST: _costs,
    Signal.CANARY: _canaries,
    Signal.COMPLAINTS: _complaints,
}
