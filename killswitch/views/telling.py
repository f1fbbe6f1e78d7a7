"""What one would write to the team, ready to copy."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.conf import settings

from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.views.changes import Change
from killswitch.views.places import Place, off_words, state_word
from killswitch.views.proof import Proof
from killswitch.words import STATES, listed

# So many characters of the message stand in a line on a phone.
_LINE = 34


def message(place: Place, proofs: Iterable[Proof]) -> str:
    """Everything that is off, what was turned off together in one paragraph; empty when nothing is."""
    off = [proof for proof in proofs if proof.is_off]
    together = [list(group) for _, group in groupby(off, key=_shared)]
    address = settings.AIOPS_URL.rstrip("/") + place.home
    return "\n".join([*(line for group in together for line in _paragraph(place, group)), address]) if off else ""


def rows(text: str) -> int:
    """For browsers that do not fit the box to its text: as high as a phone needs."""
    return sum(1 + len(line) // _LINE for line in text.splitlines()) + 1


def _paragraph(place: Place, group: Sequence[Proof]) -> Iterator[str]:
    stop, changes = group[0].stop, _changes(group[0])
    is_whole = stop.scope == place.target.scope
    is_sure = not any(proof.alarms for proof in group)
    parts = f"AI {'is' if is_sure else 'should be'} {state_word(stop)} for {_what([each.stop for each in group])}"
    what = off_words(place, stop, is_sure=is_sure) if is_whole else parts
    mode = f" ({STATES[stop.mode].lower()})" if stop.mode in (Mode.HANDOFF, Mode.CANNED) else ""
    yield f"{what}{mode} since {stop.made_at:%-d %b %H:%M:%S} UTC.{_proven(group)}"
    by = ", joined by ".join(dict.fromkeys(change.event.doer for change in changes if not change.is_note))
    yield f"Reason: {stop.get_reason_display()}. Turned off by {by}. It stays off until {_end(stop)}."
    for change in changes:
        if change.event.open_note:
            yield f"Note by {change.event.doer}: {change.event.open_note}"


def _proven(group: Sequence[Proof]) -> str:
    """What is known of the workers: of several the one that has the most against it."""
    proof = max(group, key=lambda each: (each.leaks, each.is_late, not each.is_settled))
    sure = proof.confirmations
    if proof.leaks and proof.aftermath:
        return f" Calls got through all the same: {proof.aftermath.answered:,}."
    if proof.is_late:
        return f" Not confirmed by {listed([*sure.laggards, *sure.lost])}: calls may still run."
    if not proof.is_settled:
        return f" {sure.confirmed} of {sure.total} workers confirmed so far."
    return f" Confirmed by {'the worker' if sure.total == 1 else f'all {sure.total} workers'}." if sure.total else ""


def _changes(proof: Proof) -> Sequence[Change]:
    """Oldest first."""
    return (proof.made, *reversed(proof.joins))


def _what(stops: Sequence[Stop]) -> str:
    names = [stop.feature.name for stop in stops if stop.feature]
    if len(names) < 2:
        return stops[0].what
    return f"{listed(names)} of {stops[0].tenant}"


def _end(stop: Stop) -> str:
    if stop.expires_at:
        return f"{stop.expires_at:%-d %b %H:%M} UTC"
    return "a second person turns it on" if stop.is_careful else "someone turns it on"


def _shared(proof: Proof) -> tuple[object, ...]:
    stop = proof.stop
    told = tuple((change.event.actor_id, change.event.open_note) for change in _changes(proof))
    return stop.feature is None, stop.made_at, stop.reason, stop.mode, stop.expires_at, told
