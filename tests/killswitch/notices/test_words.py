"""The words and the shape, from facts alone."""

from typing import Any

import pytest

from killswitch.notices import slack
from killswitch.notices.wording import one_line, tell

FACTS: dict[str, Any] = {
    "kind": "made", "scope": "tenant", "target": "Acme", "state": "active", "mode": "refuse", "reason_label": "Cost",
    "note": "", "by": "Sam", "at": "2026-11-22T02:14:07+00:00", "expires_at": None, "needs_second_person": False,
    "blast_radius": {}, "admits": 0, "url": "https://console.example/switches/acme/", "audit_seq": 7,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "AI is off for Acme (cost)"),
        ({"scope": "global", "target": "everyone"}, "AI is off for everyone (cost)"),
        ({"scope": "provider", "target": "OpenAI"}, "OpenAI is off (cost)"),
        ({"mode": "read_only"}, "AI is read only for Acme (cost)"),
        ({"kind": "lifted", "state": "lifted"}, "AI is back on for Acme"),
        ({"kind": "expired", "state": "lifted", "scope": "model"}, "Acme is back on: its time was over"),
        ({"kind": "reviewed"}, "Reviewed: the stop of Acme"),
        ({"kind": "admitted", "admits": 5}, "Acme: 5% of the calls are let through"),
    ],
)
def test_the_title_says_what_is_so(changes: dict[str, Any], title: str) -> None:
    assert tell("changed", FACTS | changes).title == title


def test_the_lines_say_who_why_and_until_when() -> None:
    blast = {"calls_per_minute": 1234.5, "people": 4}
    told = tell(
        "changed", FACTS | {"note": "Odd", "needs_second_person": True, "blast_radius": blast}, "All confirmed."
    )
    assert told.lines == (
        "By Sam, 22 Nov 02:14:07 UTC · Cost",
        "“Odd”",
        "Stays off until a second person turns it on.",
        "When it was done: 1,234.5 calls a minute, 4 people online.",
    )
    assert told.aside == ("All confirmed.", "Audit entry 7")


def test_a_name_calls_nobody_in_slack() -> None:
    facts = FACTS | {"target": "<!channel> & co", "note": "<@U1> " * 1000}
    body = slack.body("changed", facts, tell("changed", facts))
    assert body["text"] == "AI is off for &lt;!channel&gt; &amp; co (cost)"
    section = body["blocks"][0]["text"]["text"]
    assert "<" not in section
    assert len(section) <= 3000


def test_slack_gets_a_button_to_the_page() -> None:
    blocks = slack.body("changed", FACTS, tell("changed", FACTS, "All confirmed."))["blocks"]
    assert [each["type"] for each in blocks] == ["section", "context", "actions"]
    assert blocks[1]["elements"][0]["text"] == "All confirmed. · Audit entry 7"
    assert blocks[2]["elements"][0]["url"] == FACTS["url"]


def test_a_header_is_one_line() -> None:
    assert one_line("a\r\nBcc: b\x00\u2028c") == "a Bcc: b c"
