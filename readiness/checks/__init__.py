"""The check of each item: what the data says of it, for one feature."""

from collections.abc import Callable, Mapping
from typing import Final

from readiness.checks import compliance, costs, data, evals, observability, operations, reliability
from readiness.evidence import Evidence
from readiness.facts import Facts
from tenants.models import Feature

type Check = Callable[[Facts, Feature], Evidence]

CHECKS: Final[Mapping[int, Check]] = {
    1: data.tenants_rights,
    2: data.redaction,
    3: data.retention,
    4: evals.cases,
    5: evals.verdicts,
    6: evals.blocking,
    7: costs.tags,
    8: costs.ceilings,
    9: costs.alerts,
    10: costs.caching,
    11: reliability.retries,
    12: reliability.fallback,
    13: reliability.degradation,
    14: reliability.idempotency,
    15: observability.traces,
    16: observability.audit_log,
    17: observability.dashboard,
    18: operations.kill_switch,
    19: operations.runbook,
    20: operations.rollback,
    21: operations.model_swap,
    22: operations.integration,
    23: compliance.agreements,
    24: compliance.sub_processors,
    25: compliance.privacy_policy,
    26: compliance.opt_out,
}
