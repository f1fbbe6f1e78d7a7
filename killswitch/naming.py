"""What a request has to name for a stop of each scope, the same at every door. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from killswitch.scopes import Scope

NAMES: Final[Mapping[Scope, tuple[str, ...]]] = {
    Scope.GLOBAL: (),
    Scope.TENANT: ("tenant",),
    Scope.FEATURE: ("feature",),
    Scope.TENANT_FEATURE: ("tenant", "feature"),
    Scope.PROVIDER: ("provider",),
    Scope.MODEL: ("model",),
    Scope.PROMPT_VERSION: ("prompt_version",),
    Scope.CONNECTION: ("tenant", "connection"),
    Scope.USER: ("tenant", "user"),
}
# What is left when a tenant was forgotten: it is meant only by whoever says so.
SAID: Final = frozenset({Scope.GLOBAL, Scope.FEATURE})


class Misnamed(ValueError):
    """What is named is of no one scope; the text says what to do."""


def scope_of(named: Collection[str], said: str | None = None) -> Scope:
    """The scope whose names these are. `said` has to fit them, and may be left out of all but `SAID`."""
    given = frozenset(named)
    found = next((scope for scope, names in NAMES.items() if given == frozenset(names)), None)
    if said is not None:
        return _as_said(Scope(said), given)
    if found is None:
        raise Misnamed(f"{_listed(given)} together are no one target; name one: {_targets()}.")
    if found not in SAID:
        return found
    if found is Scope.GLOBAL:
        raise Misnamed(f"say what is meant: {_targets()}; or scope global for everything.")
    raise Misnamed("a feature alone is a feature of everyone: say scope feature, or name the tenant.")


def _as_said(scope: Scope, given: frozenset[str]) -> Scope:
    names = NAMES[scope]
    if given == frozenset(names):
        return scope
    wanted = f"names {_listed(names)} and nothing else" if names else "names nothing"
    raise Misnamed(f"a stop of scope {scope} {wanted}; given: {_listed(given) or 'nothing'}.")


def _listed(names: Collection[str]) -> str:
    return " and ".join(sorted(names))


def _targets() -> str:
    return ", ".join(" with ".join(names) for scope, names in NAMES.items() if scope not in SAID)
