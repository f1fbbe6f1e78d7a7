"""From what people call things to what the guard probes, without PostgreSQL. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final
from uuid import UUID

from aiops.lib.pseudonym import pseudonym
from killswitch import scopes
from killswitch.naming import Misnamed, scope_of
from killswitch.scopes import Scope

type Names = Mapping[str, Mapping[str, str]]

# In this turn: a connection's slug is of one tenant, and a user has a key of each.
KINDS: Final = ("tenant", "feature", "provider", "model", "prompt_version", "connection", "user")
_BY_SLUG: Final = frozenset({"provider", "model"})
_LISTED: Final = 20
# As `tenants.models` names it; that one needs Django.
_OPERATOR: Final = "_operator"
_TARGETS: Final = (
    "--everything, --tenant, --tenant with --feature, --connection or --user, --feature (of everyone), --provider,"
    " --model, or --prompt"
)


class Unnamed(Exception):
    """Nothing, too much, or what is not for stopping, was named."""


class Unknown(Exception):
    """Nobody here knows it."""


@dataclass(frozen=True, slots=True)
class Aim:
    scope: Scope
    key: str
    # In words, after "AI is to stop for".
    what: str
    # By what is named, its slug; an id where that alone is known.
    slugs: Mapping[str, str]


def aim_at(
    names: Names, named: Mapping[str, str], *, everything: bool = False, force: bool = False, user_key: str = ""
) -> Aim:
    """`names` are those that the folder keeps; an id of theirs does in place of a slug.

    `force`: also at what they do not hold, as they may be old. `user_key`: the installation's, by which people are
    known.
    """
    scope = _scope(named, everything=everything)
    # Older releases kept it among the names.
    if named.get("tenant") in {_OPERATOR, names["tenants"].get(_OPERATOR, _OPERATOR)}:
        raise Unnamed(f"{_OPERATOR} is no customer, and cannot be turned off. Name a customer, or say --everything.")
    found = dict[str, tuple[str, str]]()
    for kind in KINDS:
        if kind in named:
            tenant, tenant_id = found.get("tenant", ("", ""))
            found[kind] = (
                (named[kind], _person(user_key, tenant_id, named[kind]))
                if kind == "user"
                else _find(_known(names, kind, tenant), kind, named[kind], force=force)
            )
    slugs = {kind: slug for kind, (slug, _) in found.items()}
    return Aim(scope, _key(scope, {kind: kept for kind, (_, kept) in found.items()}), _what(names, scope, found), slugs)


def _scope(named: Mapping[str, str], *, everything: bool) -> Scope:
    said = Scope.GLOBAL if everything else Scope.FEATURE if named.keys() == {"feature"} else None
    try:
        return scope_of(named.keys(), said)
    except Misnamed:
        raise Unnamed(f"Say what to stop: {_TARGETS}.") from None


def _known(names: Names, kind: str, tenant: str) -> Mapping[str, str]:
    known, whose = names[f"{kind}s"], f"{tenant}/"
    if kind != "connection":
        return known
    return {slug.removeprefix(whose): each for slug, each in known.items() if slug.startswith(whose)}


def _person(user_key: str, tenant: str, user: str) -> str:
    if not user_key:
        raise Unknown("People are known by a key: set AIOPS_USER_KEY to that of the gateways, or stop the feature.")
    return str(UUID(pseudonym(user_key, tenant, user)))


def _find(known: Mapping[str, str], kind: str, name: str, *, force: bool) -> tuple[str, str]:
    """Its slug, and what stops are kept by. Raises Unknown."""
    by_slug = kind in _BY_SLUG
    if name in known:
        return name, known[name]
    found = None if by_slug else _id(name)
    slug = next((slug for slug, each in known.items() if found and each == str(found)), None)
    if slug is None and not (force and (by_slug or found)):
        called = kind.replace("_", " ")
        raise Unknown(f"There is no {called} {name!r} here.{_hint(known, name)} {_remedy(called, by_slug=by_slug)}")
    return slug or name, str(found or name)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _hint(known: Mapping[str, str], name: str) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    if close:
        return f" Did you mean {' or '.join(close)}?"
    if not known:
        return " None is known here yet."
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f" Known are: {', '.join(sorted(known)[:_LISTED])}{more}."


def _remedy(kind: str, *, by_slug: bool) -> str:
    return f"If it is new, {'add' if by_slug else f'give the id of the {kind} and add'} --force."


def _key(scope: Scope, kept: Mapping[str, str]) -> str:
    ids = {kind: UUID(each) for kind, each in kept.items() if kind not in _BY_SLUG}
    match scope:
        case Scope.GLOBAL:
            return scopes.EVERYTHING
        case Scope.TENANT:
            return scopes.tenant_key(ids["tenant"])
        case Scope.FEATURE:
            return scopes.feature_key(ids["feature"])
        case Scope.TENANT_FEATURE:
            return scopes.tenant_feature_key(ids["tenant"], ids["feature"])
        case Scope.PROVIDER:
            return scopes.provider_key(kept["provider"])
        case Scope.MODEL:
            return scopes.model_key(kept["model"])
        case Scope.PROMPT_VERSION:
            return scopes.prompt_version_key(ids["prompt_version"])
        case Scope.CONNECTION:
            return scopes.connection_key(ids["connection"])
        case Scope.USER:
            return scopes.user_key(ids["tenant"], ids["user"])


def _what(names: Names, scope: Scope, found: Mapping[str, tuple[str, str]]) -> str:
    told = {kind: _called(names, *each) for kind, each in found.items()}
    whose = told.get("tenant", "everyone")
    match scope:
        case Scope.FEATURE | Scope.TENANT_FEATURE:
            return f"{told['feature']} of {whose}"
        case Scope.PROVIDER | Scope.MODEL | Scope.PROMPT_VERSION:
            return f"everyone on the {scope.replace('_', ' ')} {told[scope]}"
        case Scope.CONNECTION | Scope.USER:
            return f"the {scope} {told[scope]} of {whose}"
    return whose


def _called(names: Names, slug: str, kept: str) -> str:
    title = names["titles"].get(kept)
    return f"{slug} ({title})" if title else slug
