"""How a chain stands, as plain data: what a form was filled with, what the audit log keeps, what is compared."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.models import Chain, ChainMember
from tenants.refusals import Conflict

_OWN: Final = ("deadline_seconds", "triggers", "max_hops")
_OF_A_MEMBER: Final = ("timeout_seconds", "attempts", "first_percent")

type State = Mapping[str, Any]


class ChangedMeanwhile(Conflict):
    """Somebody else changed it: `now` is how it stands."""

    code = "changed_meanwhile"

    def __init__(self, slug: str, now: State) -> None:
        super().__init__(f"Chain {slug} was changed meanwhile. Look at how it stands, and send your change again.")
        self.now = now


def state_of(slug: str) -> State:
    """Empty when there is no such chain."""
    chain = Chain.objects.filter(slug=slug).first()
    return {**{name: getattr(chain, name) for name in _OWN}, "members": members_of(chain)} if chain else {}


def members_of(chain: Chain) -> list[dict[str, Any]]:
    rows = ChainMember.objects.filter(chain=chain).select_related("model").order_by("position")
    return [{"model": row.model.slug, **{name: getattr(row, name) for name in _OF_A_MEMBER}} for row in rows]


def check_unchanged(slug: str, expected: State | None) -> None:
    """Under the revision's lock, so that nothing changes between looking and changing."""
    if expected is not None and (now := state_of(slug)) != expected:
        raise ChangedMeanwhile(slug, now)
