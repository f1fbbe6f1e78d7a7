"""What going back is to come to. The form's address says it, so that pressing twice does not go back by two."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.http import Http404, QueryDict

from prompts import services
from prompts.models import PromptVersion
from prompts.views.finding import find_version
from prompts.views.lane import Lane
from tenants.actors import Actor


class What(StrEnum):
    # The lane serves a version again that was live there.
    VERSION = "version"
    # Those in the canary get what the others get.
    CANARY = "canary"
    # A tenant whose first version of its own this is gets what everybody gets.
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Aim:
    what: What
    # Served then to all whom the lane is for; None: nothing.
    version: PromptVersion | None

    @classmethod
    def next(cls, lane: Lane) -> Self | None:
        """What was done last is taken back. None: there is nothing to take back."""
        if lane.canary is not None:
            return cls(What.CANARY, _version(lane))
        if lane.before is not None:
            return cls(What.VERSION, lane.before)
        if lane.tenant is not None and lane.live is not None:
            return cls(What.OWN, lane.common.version if lane.common else None)
        return None

    @property
    def query(self) -> dict[str, str]:
        what = {} if self.what is What.VERSION else {"end": self.what.value}
        return what | ({"to": self.version.hash} if self.version else {})

    def is_reached(self, lane: Lane) -> bool:
        if lane.canary is not None:
            return False
        if self.what is What.OWN and lane.live is not None:
            return False
        if self.what is What.VERSION:
            return lane.live is not None and lane.live.version_id == _key(self.version)
        return _key(_version(lane)) == _key(self.version)

    def is_possible(self, lane: Lane) -> bool:
        """Whether this can be done now, as what it ends is still there."""
        if self.what is What.VERSION:
            return True
        following = Aim.next(lane)
        return following is not None and following.what is self.what

    def carry_out(self, lane: Lane, *, expected: int, note: str, by: Actor) -> None:
        """`expected`: the number of the newest release there when the form was drawn. Raises Overtaken."""
        services.roll_back(
            lane.prompt,
            environment=lane.environment,
            tenant=lane.tenant,
            to=self.version if self.what is What.VERSION else None,
            expected=expected,
            note=note,
            by=by,
        )


def find_aim(lane: Lane, query: QueryDict) -> Aim | None:
    """The one that the address names, else what is next. Not there: a version that was never live there."""
    word, end = query.get("to", ""), query.get("end", "")
    version = _was_live(lane, word, is_goal=not end) if word else None
    if end == What.OWN and lane.tenant is None:
        # Everybody has nothing else to be given instead.
        raise Http404
    if end in (What.CANARY, What.OWN):
        # An address without a version, as from the canary's page, means whatever is served beside it.
        return Aim(What(end), version or _version(lane) if end == What.CANARY else version)
    if version is None:
        return Aim.next(lane)
    if lane.canary is not None and lane.live is not None and lane.live.version_id == version.pk:
        return Aim(What.CANARY, version)
    return Aim(What.VERSION, version)


def _was_live(lane: Lane, word: str, *, is_goal: bool) -> PromptVersion:
    """As a goal only what a rollback takes; else it is what the others get, whoever's that is."""
    found, environment = find_version(lane.prompt, word), lane.environment
    is_taken = services.may_go_back_to(found, environment, lane.tenant)
    if not is_taken and (is_goal or not services.was_live(found, environment)):
        raise Http404
    return found


def _version(lane: Lane) -> PromptVersion | None:
    return lane.served.version if lane.served else None


def _key(version: PromptVersion | None) -> object:
    return version.pk if version else None
