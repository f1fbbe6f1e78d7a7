"""What has just been changed there, in words, and the way to undo it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from prompts.models import Release
from prompts.views.lane import Lane
from prompts.views.wording import before, share

# So many canaries are told one by one, and looked up at most.
_NAMED: Final = 3
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Undo:
    label: str
    url: str
    # What it does not bring back; empty: all comes back.
    left: str = ""


def newest_change(lane: Lane) -> Release | None:
    """Of this lane. A canary that ended because something else was done is no change of its own."""
    rows = Release.objects.of(lane.prompt, lane.environment).filter(tenant=lane.tenant)
    rows = rows.exclude(lane=Release.Lane.CANARY, kind=Release.Kind.END)
    return rows.latest_first().select_related("version", "tenant").first()


def words_of(made: Release, lane: Lane) -> str:
    """A sentence that says what is so now."""
    again = " again" if made.kind == Release.Kind.ROLLBACK else ""
    if made.is_canary and made.has_ended:
        return f"The canary of {made.version} {lane.where} has ended: {_what_all_get(lane)}."
    if made.is_canary:
        return f"{lane.environment} serves {made.version} to {share(made)}."
    if made.tenant and made.has_ended:
        served = lane.common.version if lane.common else "nothing"
        return f"{made.tenant.name} gets what everybody gets in {lane.environment}: {served}."
    if made.tenant:
        return f"{made.tenant.name} alone gets {made.version} in {lane.environment}{again}."
    if made.has_ended:
        return f"{lane.environment} serves nothing of {lane.prompt} any more."
    return f"{lane.environment} serves {made.version}{again}."


def undo_of(made: Release, lane: Lane) -> Undo | None:
    """Of what was taken away or taken back."""
    if made.is_canary and made.has_ended:
        tried = before(made)
        query = {"version": made.version.hash, "percent": str(tried.percent)} if tried else {}
        return Undo(f"Release {made.version} to {share(tried)} again…", _at("release", lane, query)) if tried else None
    if made.kind == Release.Kind.END:
        return Undo(f"Undo: roll back to {made.version}…", _at("rollback", lane, {}), _left(made))
    if made.kind == Release.Kind.ROLLBACK:
        served = made if made.has_ended else before(made)
        if served is not None and (served is made or not served.has_ended):
            return Undo(f"Undo: back to {served.version}…", _at("rollback", lane, {"to": served.version.hash}))
    return None


def _what_all_get(lane: Lane) -> str:
    return f"{lane.all_of_it} {lane.served.version if lane.served else 'nothing'}"


def _left(made: Release) -> str:
    """Canaries that ended with it."""
    rows = Release.objects.of(made.prompt, made.environment).filter(made_at=made.made_at, number__gt=made.number)
    ended = rows.filter(lane=Release.Lane.CANARY, kind=Release.Kind.END).select_related("version", "tenant")
    shares = [each for each in map(before, ended.order_by("number")[:_MOST]) if each]
    if not shares:
        return ""
    told = "; ".join(f"{each.version} for {share(each)}" for each in shares[:_NAMED])
    more = f" and {len(shares) - _NAMED:,} more" if len(shares) > _NAMED else ""
    return f"It does not bring back {'the canaries' if len(shares) > 1 else 'the canary'} that ended: {told}{more}."


def _at(page: str, lane: Lane, query: dict[str, str]) -> str:
    address = reverse(f"prompts:prompt-{page}", args=[lane.prompt.name])
    return f"{address}?{urlencode(lane.query | query)}"
