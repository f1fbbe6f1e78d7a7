"""The rules that every installation has; they begin in shadow."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from killswitch.models import Rule
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from tenants import audit
from tenants.actors import SYSTEM

_TEN_MINUTES: Final = 600
DEFAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"slug": "model-fails", "name": "Model fails", "signal": Signal.ERRORS, "scope": Scope.MODEL},
    {"slug": "provider-fails", "name": "Provider fails", "signal": Signal.ERRORS, "scope": Scope.PROVIDER},
    {"slug": "system-fails", "name": "Customer’s system fails", "signal": Signal.ERRORS, "scope": Scope.CONNECTION,
     "window_seconds": _TEN_MINUTES},
    {"slug": "not-grounded", "name": "Prompt version not grounded", "signal": Signal.UNGROUNDED,
     "scope": Scope.PROMPT_VERSION},
    {"slug": "schema-failures", "name": "Schema failures", "signal": Signal.SCHEMA, "scope": Scope.PROMPT_VERSION},
    {"slug": "cost-runs-away", "name": "Cost runs away", "signal": Signal.COST, "scope": Scope.TENANT_FEATURE,
     "trip": 10.0, "clear": 3.0, "window_seconds": 60, "min_usd_a_minute": Decimal("0.50")},
    {"slug": "canary-drifts", "name": "Canary drifts", "signal": Signal.CANARY, "scope": Scope.PROMPT_VERSION},
    {"slug": "complaints", "name": "Complaints", "signal": Signal.COMPLAINTS, "scope": Scope.PROMPT_VERSION,
     "trip": 0.2, "clear": 0.05, "window_seconds": _TEN_MINUTES},
)  # fmt: skip


def ensure_rules(*, at: datetime) -> int:
    """Those that a new version brings come to the others; one that people changed stays as it is. How many came."""
    known = set(Rule.objects.values_list("slug", flat=True))
    missing = [values for values in DEFAULTS if values["slug"] not in known]
    for values in missing:
        rule = Rule.objects.create(**values, changed_at=at)
        audit.append_to_installation(
            actor=SYSTEM,
            action="rule.made",
            object=rule.name,
            payload={**values, **_dollars(rule), "state": rule.state},
            at=at,
        )
    return len(missing)


def _dollars(rule: Rule) -> dict[str, str]:
    return {"min_usd_a_minute": f"{rule.min_usd_a_minute:f}"} if rule.is_multiple else {}
