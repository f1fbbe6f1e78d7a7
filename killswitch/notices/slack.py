"""A notice as a webhook gets it: what Slack shows, and beside it every fact for programs. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from killswitch.notices.wording import Facts, Told, one_line

_LONGEST_SECTION: Final = 2900
_EVENTS: Final[Mapping[str, str]] = {
    "changed": "aiops_stop_changed",
    "late": "aiops_stop_not_confirmed",
    "confirmed": "aiops_stop_confirmed",
    "expiring": "aiops_stop_expiring",
    "review_due": "aiops_stop_review_due",
    "planned": "aiops_stop_planned",
    "cancelled": "aiops_stop_plan_cancelled",
    "not_started": "aiops_stop_not_started",
    "not_released": "aiops_release_not_made",
    "test": "aiops_test",
}


def body(kind: str, facts: Facts, told: Told) -> dict[str, Any]:
    title = escaped(one_line(told.title))
    return {
        "text": title,
        "blocks": list(_blocks(facts, told, title)),
        # Which processes lack something is kept to know when they do no more, and told by name to the operator alone.
        "metadata": {
            "event_type": _EVENTS[kind],
            "event_payload": {name: fact for name, fact in facts.items() if name != "processes"},
        },
    }


def escaped(text: str) -> str:
    """A name such as <!channel> would call everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(facts: Facts, told: Told, title: str) -> list[dict[str, Any]]:
    lines = "\n".join([f"*{title}*", *map(escaped, told.lines)])
    blocks: list[dict[str, Any]] = [{"type": "section", "text": _mrkdwn(_cut(lines))}]
    if told.aside:
        blocks.append({"type": "context", "elements": [_mrkdwn(_cut(escaped(" · ".join(told.aside))))]})
    label = {"type": "plain_text", "text": "Open the console"}
    blocks.append({"type": "actions", "elements": [{"type": "button", "text": label, "url": facts["url"]}]})
    return blocks


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SECTION else f"{text[:_LONGEST_SECTION]}…"
