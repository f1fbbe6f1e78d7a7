from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateway.chain_limits import MOST_MEMBERS
from gateway.models import Chain, ChainMember, Model
from gateway.models.chain import TRIGGERS
from gateway.services.auditing import record
from gateway.services.chain_states import check_unchanged, members_of
from gateway.services.names import check_has_a_page, check_name, check_not_reserved
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, Outcome, declare


@dataclass(frozen=True, slots=True)
class Member:
    """A declared model in a chain: how long it may take, and how often it is asked before the next one is."""

    model: str
    timeout_seconds: int = ChainMember.TIMEOUT_SECONDS
    attempts: int = 1
    # The share of calls of which it is asked first.
    first_percent: int = 0


def declare_chain(
    slug: str,
    *,
    members: Sequence[Member],
    deadline_seconds: int = Chain.DEADLINE_SECONDS,
    triggers: Collection[str] = TRIGGERS,
    max_hops: int = Chain.MAX_HOPS,
    expected: Mapping[str, Any] | None = None,
    by: Actor,
) -> Declared[Chain]:
    """Let callers ask for `slug` and be answered by the first of these models that can.

    `expected`: how it stood when somebody began to change it, as `state_of` says; any other is a refusal.
    """
    check_name("chain", slug)
    _check(members)
    _check_limits(deadline_seconds, triggers, max_hops)
    values = {
        "deadline_seconds": deadline_seconds,
        # Always the same way round, so that declaring them again changes nothing.
        "triggers": [name for name in TRIGGERS if name in triggers],
        "max_hops": max_hops,
    }
    with revisions.changing(Revision.Name.CONFIG):
        check_unchanged(slug, expected)
        check_not_reserved("chain", slug, Chain)
        check_has_a_page(slug, Chain)
        if Model.objects.filter(slug=slug).exists():
            raise Invalid("chain", f"{slug!r} is the name of a model; models and chains share one space of names.")
        declared = declare(Chain, {"slug": slug}, values)
        before, after = members_of(declared.row), [asdict(member) for member in members]
        if before != after:
            _replace(declared.row, members)
            declared = _with_members(declared, before, after)
        if declared.outcome != "unchanged":
            record(f"chain.{declared.outcome}", slug, declared, by=by)
    return declared


def _check(members: Sequence[Member]) -> None:
    if not 1 <= len(members) <= MOST_MEMBERS:
        raise Invalid("members", f"a chain has 1 to {MOST_MEMBERS} models, not {len(members)}.")
    for name, times in Counter(member.model for member in members).items():
        if times > 1:
            raise Invalid("members", f"{name!r} is there {times} times; to ask it again, raise its attempts.")
    for member in members:
        if not (1 <= member.timeout_seconds <= 3600 and 1 <= member.attempts <= 5):
            raise Invalid("members", f"{member.model!r}: timeout_seconds from 1 to 3600, attempts from 1 to 5.")
        if not 0 <= member.first_percent <= 100:
            raise Invalid("members", f"{member.model!r}: first_percent from 0 to 100.")
    if (together := sum(member.first_percent for member in members)) > 100:
        raise Invalid("members", f"first_percent is {together} together; more than 100 of 100 calls there are not.")


def _check_limits(deadline_seconds: int, triggers: Collection[str], max_hops: int) -> None:
    if not 1 <= deadline_seconds <= 3600:
        raise Invalid("deadline_seconds", f"{deadline_seconds} must be from 1 to 3600.")
    if not 1 <= max_hops <= Chain.MAX_HOPS:
        raise Invalid("max_hops", f"{max_hops} must be from 1 to {Chain.MAX_HOPS}.")
    for name in triggers:
        if name not in TRIGGERS:
            raise Invalid("triggers", f"{name!r} is none; there are: {', '.join(TRIGGERS)}.")


def _replace(chain: Chain, members: Sequence[Member]) -> None:
    models = {model.slug: model for model in Model.objects.filter(slug__in=[member.model for member in members])}
    for member in members:
        if member.model not in models:
            raise Invalid("members", f"model {member.model!r} is not declared.")
    ChainMember.objects.filter(chain=chain).delete()
    ChainMember.objects.bulk_create(
        ChainMember(
            chain=chain,
            position=position,
            model=models[member.model],
            timeout_seconds=member.timeout_seconds,
            attempts=member.attempts,
            first_percent=member.first_percent,
        )
        for position, member in enumerate(members)
    )


def _with_members(
    declared: Declared[Chain], before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Declared[Chain]:
    outcome: Outcome = "created" if declared.outcome == "created" else "changed"
    return Declared(declared.row, outcome, {**declared.before, "members": before}, {**declared.after, "members": after})
