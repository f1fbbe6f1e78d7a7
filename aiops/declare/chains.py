"""What is declared of a chain, and of which chain is a feature's. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from aiops.declare.problems import Place, Problem
from aiops.declare.reading import Reader
from gateway.chain_limits import MOST_MEMBERS
from gateway.routing.triggers import EVERY, Trigger

_ALL_CALLS: Final = 100


@dataclass(frozen=True, slots=True)
class MemberEntry:
    place: Place
    model: str
    timeout_seconds: int | None = None
    attempts: int | None = None
    first_percent: int | None = None


@dataclass(frozen=True, slots=True)
class ChainEntry:
    place: Place
    slug: str
    members: tuple[MemberEntry, ...]
    deadline_seconds: int | None
    triggers: frozenset[Trigger] = EVERY
    max_hops: int | None = None


@dataclass(frozen=True, slots=True)
class TenantChain:
    """The chain of a feature's calls that name no model, for one tenant."""

    place: Place
    feature: str
    chain: str


def read_chain(slug: str, entry: Reader) -> ChainEntry:
    has_models = isinstance(entry.left.get("models"), list)
    members = tuple(_member(place, each, entry.problems) for place, each in entry.items("models", required=True))
    if has_models:
        _check(members, entry)
    return ChainEntry(
        entry.place,
        slug,
        members,
        entry.whole("deadline_seconds", None, least=1, most=3600),
        _triggers(entry),
        entry.whole("max_hops", None, least=1, most=12),
    )


def read_tenant_chains(entry: Reader) -> tuple[TenantChain, ...]:
    place = (*entry.place, "chains")
    chains = Reader.of(place, entry.mapping("chains"), entry.problems)
    named = {str(feature): chains.text(feature, required=True, most=100) for feature in list(chains.left)}
    return tuple(TenantChain((*place, feature), feature, chain) for feature, chain in named.items() if chain)


def _check(members: Sequence[MemberEntry], entry: Reader) -> None:
    """What the members are only together."""
    if not 1 <= len(members) <= MOST_MEMBERS:
        entry.problem("models", f"a chain has 1 to {MOST_MEMBERS} models, not {len(members)}.")
    if (together := sum(member.first_percent or 0 for member in members)) > _ALL_CALLS:
        entry.problem("models", f"first_percent is {together} together, which is more than all calls.")
    first: dict[str, MemberEntry] = {}
    for member in members:
        if member.model and first.setdefault(member.model, member) is not member:
            detail = f"{member.model!r} is there already; to ask it again, raise its attempts."
            entry.problems.append(Problem(member.place, detail))


def _member(place: Place, data: object, problems: list[Problem]) -> MemberEntry:
    """A model's name alone, or a mapping with its limits."""
    if isinstance(data, str):
        return MemberEntry(place, data)
    entry = Reader.of(place, data, problems)
    member = MemberEntry(
        place=place,
        model=entry.text("model", required=True),
        timeout_seconds=entry.whole("timeout_seconds", None, least=1, most=3600),
        attempts=entry.whole("attempts", None, least=1, most=5),
        first_percent=entry.whole("first_percent", None, least=0, most=100),
    )
    entry.end()
    return member


def _triggers(entry: Reader) -> frozenset[Trigger]:
    """Left out: all. An empty list: the first model is the only one asked."""
    named = entry.texts("triggers")
    if named is None:
        return EVERY
    known = {str(trigger): trigger for trigger in Trigger}
    for index, name in enumerate(named):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}."
            entry.problems.append(Problem((*entry.place, "triggers", index), f"there is no trigger {name!r}; {hint}"))
    return frozenset(known[name] for name in named if name in known)
