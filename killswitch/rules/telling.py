"""What a rule watches, and what it saw, in sentences. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from aiops.lib import figures
from killswitch.rules.machine import Stage
from killswitch.rules.words import Signal
from killswitch.scopes import Scope

STAGES: Final[Mapping[str, str]] = {
    Stage.OPEN: "off",
    Stage.TRYING_5: "trying 5% of the calls",
    Stage.TRYING_25: "trying 25% of the calls",
    Stage.LATCHED: "off until a person lifts it",
}

OF: Final[Mapping[str, str]] = {
    Scope.MODEL: "a model",
    Scope.PROVIDER: "a provider",
    Scope.CONNECTION: "a customer’s system",
    Scope.PROMPT_VERSION: "a version of a prompt",
    Scope.TENANT_FEATURE: "one tenant’s feature",
}
# Of a share: what the bad ones of all did.
_BAD: Final[Mapping[str, str]] = {
    Signal.ERRORS: "calls failed",
    Signal.UNGROUNDED: "answers were refused or stand on no source",
    Signal.SCHEMA: "answers were not in the form that was asked for",
}

_GO_BAD: Final[Mapping[str, str]] = {
    Signal.ERRORS: "calls fail",
    Signal.UNGROUNDED: "answers are refused or stand on no source",
    Signal.SCHEMA: "answers are not in the form that was asked for",
}


def span(seconds: int) -> str:
    return f"{seconds} s" if seconds % 60 else f"{seconds // 60} min"


def rate(signal: str, value: float | None) -> str:
    if value is None:
        return "not known"
    return f"{value:.1f} ×" if signal == Signal.COST else f"{value * 100:.0f}%"


def watches(signal: str, scope: str, trip: float, usd: Decimal = Decimal(0)) -> str:
    """`Stops a model when 50% or more of its calls fail.`."""
    what = OF[scope]
    match signal:
        case Signal.COST:
            return f"Stops {what} when it spends {trip:g} times its usual or more, and at least {_floor(usd)} a minute."
        case Signal.CANARY:
            return f"Stops {what} while its last canary is outside of what is usual."
        case Signal.COMPLAINTS:
            whose = "; its callers are the tenants that complained" if scope == Scope.PROMPT_VERSION else ""
            return f"Stops {what} when there is a complaint for {trip * 100:g}% of its calls or more{whose}."
    return f"Stops {what} when {trip * 100:g}% or more of its {_GO_BAD[signal]}."


def saw(signal: str, evidence: Mapping[str, Any]) -> str:
    """`18 of 24 calls failed within 30 s, of 6 callers`."""
    calls, callers, window = evidence["calls"], evidence["callers"], span(int(evidence["window_seconds"]))
    whose = f"within {window}, of {callers} callers"
    match signal:
        case Signal.COST:
            spent, usual = _usd(evidence.get("usd_a_minute")), _usd(evidence.get("usual"))
            times = rate(signal, evidence["rate"])
            return f"{times} the usual spend a minute ({spent}, usually {usual}) over {calls} calls {whose}"
        case Signal.CANARY:
            return f"its last canary is outside of what is usual; {calls} calls {whose}"
        case Signal.COMPLAINTS:
            of = f"within {window}, of {evidence['tenants']} tenants" if "tenants" in evidence else whose
            return f"{evidence['bad']:.0f} complaints for {calls} calls {of}"
    return f"{evidence['bad']:.0f} of {calls} {_BAD[signal]} {whose}"


def _floor(usd: Decimal) -> str:
    """$0.50, as people set it."""
    return f"${usd:,.2f}" if usd == round(usd, 2) else figures.money(usd)


def _usd(amount: Any) -> str:
    """From evidence, where it is text, or missing in that of long ago."""
    return "not known" if amount in (None, "None") else figures.money(Decimal(str(amount)))
