"""From what people call things to what the guard probes, without PostgreSQL. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final
from uuid import UUID

from killswitch import scopes

type Names = Mapping[str, Mapping[str, str]]

_LISTED: Final = 20


class Unnamed(Exception):
    """Nothing, or too much, was named."""


class Unknown(Exception):
    """Nobody here knows it."""


@dataclass(frozen=True, slots=True)
class Aim:
    key: str
    # In words, after "AI is to stop for".
    what: str
    # By what is named, its slug; an id where that alone is known.
    slugs: Mapping[str, str]


def aim_at(
    names: Names,
    *,
    everything: bool = False,
    tenant: str | None = None,
    feature: str | None = None,
    provider: str | None = None,
    model: str | None = None,
    force: bool = False,
) -> Aim:
    """`names` are those that the folder keeps; an id of theirs does in place of a slug.

    `force`: also at what they do not hold, as they may be old.
    """
    given = {"tenant": tenant, "feature": feature, "provider": provider, "model": model}
    named = {kind: name for kind, name in given.items() if name is not None}
    if everything + bool(named.keys() & {"tenant", "feature"}) + ("provider" in named) + ("model" in named) != 1:
        raise Unnamed("Say what to stop: --everything, --tenant and/or --feature, --provider, or --model.")
    if everything:
        return Aim(scopes.EVERYTHING, "everyone", {})
    found = {kind: _find(names, kind, name, force=force) for kind, name in named.items()}
    slugs = {kind: slug for kind, (slug, _) in found.items()}
    return Aim(_key(found), _what(names, found), slugs)


def _find(names: Names, kind: str, name: str, *, force: bool) -> tuple[str, str]:
    """Its slug, and what stops are kept by. Raises Unknown."""
    known = names[f"{kind}s"]
    by_slug = kind in {"provider", "model"}
    if name in known:
        return name, known[name]
    found = None if by_slug else _id(name)
    slug = next((slug for slug, each in known.items() if found and each == str(found)), None)
    if slug is None and not (force and (by_slug or found)):
        raise Unknown(f"There is no {kind} {name!r} here.{_hint(known, name)} {_remedy(kind, by_slug=by_slug)}")
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


def _key(found: Mapping[str, tuple[str, str]]) -> str:
    ids = {kind: kept for kind, (_, kept) in found.items()}
    match ids:
        case {"tenant": tenant, "feature": feature}:
            return scopes.tenant_feature_key(UUID(tenant), UUID(feature))
        case {"tenant": tenant}:
            return scopes.tenant_key(UUID(tenant))
        case {"feature": feature}:
            return scopes.feature_key(UUID(feature))
        case {"provider": provider}:
            return scopes.provider_key(provider)
    return scopes.model_key(ids["model"])


def _what(names: Names, found: Mapping[str, tuple[str, str]]) -> str:
    told = {kind: _called(names, *each) for kind, each in found.items()}
    road = next((f"on the {kind} {told[kind]}" for kind in ("provider", "model") if kind in told), "")
    whose = told.get("tenant") or "everyone"
    return f"{told['feature']} of {whose}" if "feature" in told else f"{whose} {road}".strip()


def _called(names: Names, slug: str, kept: str) -> str:
    title = names["titles"].get(kept)
    return f"{slug} ({title})" if title else slug
