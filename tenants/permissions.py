"""Who may do what: one table, asked by every door."""

from enum import StrEnum
from typing import Final

from tenants.models import Role


class Permission(StrEnum):
    SWITCHES_READ = "switches.read"
    SWITCHES_CHANGE = "switches.change"
    # Features, providers, models and prompts' versions of all tenants at once.
    SWITCHES_SHARED = "switches.shared"
    # Everything.
    SWITCHES_GLOBAL = "switches.global"
    RULES_CHANGE = "rules.change"
    # Where people hear of stops.
    NOTICES_CHANGE = "notices.change"
    SPEND_READ = "spend.read"
    CALLS_READ = "calls.read"
    AUDIT_READ = "audit.read"
    KEYS_CHANGE = "keys.change"
    USERS_CHANGE = "users.change"
    CONFIG_READ = "config.read"
    CONFIG_CHANGE = "config.change"
    PROMPTS_READ = "prompts.read"
    PROMPTS_PUSH = "prompts.push"
    PROMPTS_RELEASE = "prompts.release"
    # Which environments take more than a verdict to be released to.
    PROMPTS_PROTECT = "prompts.protect"
    EVALS_READ = "evals.read"
    EVALS_RUN = "evals.run"
    BUDGETS_CHANGE = "budgets.change"
    CONNECTIONS_READ = "connections.read"
    CONNECTIONS_CHANGE = "connections.change"
    ACTIONS_RUN = "actions.run"
    WRITES_DECIDE = "writes.decide"
    READINESS_READ = "readiness.read"
    READINESS_CHANGE = "readiness.change"


_P = Permission
_READ: Final = frozenset(
    {
        _P.SWITCHES_READ,
        _P.SPEND_READ,
        _P.CALLS_READ,
        _P.AUDIT_READ,
        _P.CONFIG_READ,
        _P.PROMPTS_READ,
        _P.EVALS_READ,
        _P.CONNECTIONS_READ,
        _P.READINESS_READ,
    }
)

ALLOWED: Final[dict[Role, frozenset[Permission]]] = {
    Role.SUPPORT: _READ | {_P.SWITCHES_CHANGE, _P.SWITCHES_SHARED, _P.SWITCHES_GLOBAL, _P.WRITES_DECIDE},
    Role.ENGINEER: _READ
    | {
        _P.SWITCHES_SHARED,
        _P.RULES_CHANGE,
        _P.NOTICES_CHANGE,
        _P.CONFIG_CHANGE,
        _P.PROMPTS_PUSH,
        _P.PROMPTS_RELEASE,
        _P.EVALS_RUN,
        _P.CONNECTIONS_CHANGE,
        _P.ACTIONS_RUN,
        _P.WRITES_DECIDE,
        _P.READINESS_CHANGE,
    },
    Role.MANAGER: _READ | {_P.BUDGETS_CHANGE, _P.READINESS_CHANGE},
    Role.AUDITOR: _READ,
    Role.ADMIN: frozenset(Permission),
    Role.TENANT_VIEWER: frozenset({_P.SWITCHES_READ, _P.SPEND_READ, _P.CALLS_READ}),
    Role.TENANT_ADMIN: frozenset(
        {
            _P.SWITCHES_READ,
            _P.SWITCHES_CHANGE,
            _P.NOTICES_CHANGE,
            _P.SPEND_READ,
            _P.CALLS_READ,
            _P.AUDIT_READ,
            _P.KEYS_CHANGE,
            _P.CONNECTIONS_READ,
            _P.WRITES_DECIDE,
        }
    ),
}
# A customer's own people belong to their tenant; over `_operator` such a role would be over everyone.
TENANT_ROLES: Final = frozenset({Role.TENANT_VIEWER, Role.TENANT_ADMIN})
