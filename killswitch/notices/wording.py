"""The words of a notice, from its facts alone. Pure: the same for a webhook, a mail and the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

type Facts = Mapping[str, Any]

# Of these AI is off for somebody; of the others, something is off itself.
_FOR_SOMEBODY: Final = frozenset({"global", "tenant", "user"})
_LONGEST_NOTE: Final = 1000
_EXACT: Final = "%-d %b %H:%M:%S"
_MODES: Final = {
    "handoff": "Applications bring in a person.",
    "canned": "Callers get the feature’s safe answer.",
    "read_only": "Answers go on; nothing is written to customers’ systems.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """`title` stands alone, as in a mail's subject; `aside` is the small print: the proof, and where it is recorded."""

    title: str
    lines: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


def tell(kind: str, facts: Facts, proof: str = "") -> Told:
    """`proof`: what is known of the gateways by now, of a change."""
    return Told(_title(kind, facts), tuple(_lines(kind, facts)), tuple(_aside(facts, proof)))


def one_line(text: str) -> str:
    """As a header takes it: a name with line breaks in it must not become another header."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def stamp(iso: str, form: str = "%-d %b %H:%M") -> str:
    return f"{datetime.fromisoformat(iso).astimezone(UTC):{form}} UTC"


def counted(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else f'{one}s'}"


def _title(kind: str, facts: Facts) -> str:
    target = facts.get("target", "")
    match kind:
        case "late":
            what = "calls may still run" if facts["state"] == "active" else "some may still be refused"
            return f"Not confirmed: {what} on {_gateways(facts)} ({target})"
        case "confirmed":
            return f"Confirmed after all: {_state(facts)}"
        case "expiring":
            return f"{_on(facts, 'comes')} at {stamp(facts['expires_at'])}"
        case "review_due":
            return f"Review due: the stop of {target}"
        case "leaked":
            return f"Calls got through: {target} is off, and {counted(facts['answered'], 'call')} went on"
        case "planned" | "cancelled" | "not_started":
            return _planned(kind, facts)
        case "not_released":
            when = stamp(facts["due_at"])
            return f"Not released: {facts['prompt']} {facts['version']} to {facts['target']}, planned for {when}"
        case "test":
            return "Test: notices of stops arrive here"
    return _changed(facts)


def _planned(kind: str, facts: Facts) -> str:
    when = stamp(facts["starts_at"])
    match kind:
        case "cancelled":
            return f"Cancelled: the stop of {facts['target']} that was planned for {when}"
        case "not_started":
            return f"Not stopped: {facts['target']}, though it was planned for {when}"
    return f"Planned: {_off(facts, 'goes')} at {when} ({str(facts['reason_label']).lower()})"


def _gateways(facts: Facts) -> str:
    """By name, for whoever may know them."""
    named = [*facts["laggards"], *facts["lost"]]
    return " and ".join(named) if named else counted(facts["missing"], "gateway")


def _changed(facts: Facts) -> str:
    reason = str(facts["reason_label"]).lower()
    match facts["kind"]:
        case "lifted":
            return _on(facts)
        case "expired":
            return f"{_on(facts)}: its time was over"
        case "reviewed":
            return f"Reviewed: the stop of {facts['target']}"
        case "admitted":
            return f"{facts['target']}: {facts['admits']}% of the calls are let through"
        case "joined":
            return f"{_off(facts)}: a second stop joined ({reason})"
    return f"{_off(facts)} ({reason})"


def _state(facts: Facts) -> str:
    return _off(facts) if facts["state"] == "active" else _on(facts)


def _off(facts: Facts, verb: str = "is") -> str:
    state = "read only" if facts["mode"] == "read_only" else "off"
    return (
        f"AI {verb} {state} for {facts['target']}" if _is_for_somebody(facts) else f"{facts['target']} {verb} {state}"
    )


def _on(facts: Facts, verb: str = "is") -> str:
    target = facts["target"]
    return f"AI {verb} back on for {target}" if _is_for_somebody(facts) else f"{target} {verb} back on"


def _is_for_somebody(facts: Facts) -> bool:
    return facts["scope"] in _FOR_SOMEBODY


def _lines(kind: str, facts: Facts) -> Iterator[str]:
    match kind:
        case "test":
            yield f"Sent by {facts['by']}, {stamp(facts['at'])}. Nothing was stopped."
        case "late":
            yield from _late(facts)
        case "confirmed":
            when = stamp(facts["at"], _EXACT)
            yield f"{counted(facts['total'], 'gateway')} confirmed the change of {when}."
            yield from (f"{name} has ended." for name in facts["gone"])
        case "leaked":
            yield f"Since {stamp(facts['since'], _EXACT)}, when every gateway had confirmed."
            yield "Look at the gateways with `aiops doctor`, and restart the one that lets calls through."
        case "expiring" | "review_due":
            yield f"Turned off by {facts['made_by']}, {stamp(facts['made_at'])} · {facts['reason_label']}"
            yield from _note(facts)
            yield _next_step(kind)
        case "planned":
            yield f"By {facts['made_by']}, {stamp(facts['made_at'], _EXACT)} · {facts['reason_label']}"
            yield from _note(facts)
            yield _until(facts)
            yield from _gets(facts)
        case "cancelled":
            yield f"By {facts['by']}, {stamp(facts['at'], _EXACT)}. Nothing is stopped at that time."
            yield f"Planned by {facts['made_by']}, {stamp(facts['made_at'])} · {facts['reason_label']}"
        case "not_started":
            yield str(facts["why"])
            yield f"Planned by {facts['made_by']}, {stamp(facts['made_at'])} · {facts['reason_label']}"
            yield from _note(facts)
            yield "Calls go on. If it has to be off, turn it off now."
        case "not_released":
            yield from _not_released(facts)
        case _:
            yield from _change(facts)


def _not_released(facts: Facts) -> Iterator[str]:
    yield str(facts["why"])
    yield f"Asked for by {facts['asked_by']}, {stamp(facts['asked_at'])}"
    if facts["approved_by"]:
        yield f"Approved by {facts['approved_by']}, {stamp(facts['approved_at'])}"
    yield from _note(facts)
    yield "Callers get what they got before. It is not tried again: look at it anew, and release it or ask again."


def _next_step(kind: str) -> str:
    if kind == "review_due":
        return "Somebody else than who turned it off looks at it, and says what they found."
    return "To keep it off, turn it off again with a later end, or with none."


def _late(facts: Facts) -> Iterator[str]:
    yield f"{_state(facts)}, by {facts['by']} at {stamp(facts['at'], _EXACT)}."
    yield from (f"{name} answers, and runs without this change." for name in facts["laggards"])
    yield from (f"{name} lost contact: if its process still runs somewhere, end it." for name in facts["lost"])
    yield "Later changes may not be in force there either: you are told of it once, and again when all is confirmed."


def _change(facts: Facts) -> Iterator[str]:
    yield f"By {facts['by']}, {stamp(facts['at'], _EXACT)} · {facts['reason_label']}"
    yield from _note(facts)
    if planned_for := facts.get("evidence", {}).get("planned_for"):
        yield f"As planned for {stamp(planned_for)}."
    if facts["state"] == "active" and facts["kind"] != "reviewed":
        yield _until(facts)
        yield from _gets(facts)
        if blast := _blast(facts["blast_radius"]):
            yield blast


def _gets(facts: Facts) -> Iterator[str]:
    if more := _MODES.get(facts["mode"]):
        yield more


def _note(facts: Facts) -> Iterator[str]:
    if note := str(facts.get("note", "")):
        yield f"“{note[:_LONGEST_NOTE]}{'…' if len(note) > _LONGEST_NOTE else ''}”"


def _until(facts: Facts) -> str:
    if facts["expires_at"]:
        return f"Comes back on at {stamp(facts['expires_at'])}."
    return f"Stays off until {'a second person' if facts['needs_second_person'] else 'someone'} turns it on."


def _blast(shown: Facts) -> str:
    rate, people = shown.get("calls_per_minute"), shown.get("people")
    if not isinstance(rate, int | float):
        return ""
    online = f", {people:,} {'person' if people == 1 else 'people'} online" if isinstance(people, int) else ""
    return f"When it was done: {rate:,.1f} calls a minute{online}."


def _aside(facts: Facts, proof: str) -> Iterator[str]:
    if proof:
        yield proof
    if facts.get("audit_seq"):
        yield f"Audit entry {facts['audit_seq']}"
