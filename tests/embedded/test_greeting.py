import json
import re
import shlex
from pathlib import Path

import pytest

from aiops.embedded.greeting import greeting
from aiops.embedded.home import ROOT, Home

FACTS = {
    "url": "http://127.0.0.1:8700",
    "gateway_url": "http://127.0.0.1:8701/v1",
    "demo": {
        "model": "gpt-4o-mini",
        "tenants": [{"slug": "acme", "key": "aiops_key", "features": ["answers", "drafts"]}],
        "logins": {"support": {"email": "support@demo.example", "password": "its-password"}},
    },
}
EMPTY = {**FACTS, "demo": None}
HOME = Home(ROOT / ".aiops")


def test_the_greeting_tells_where_to_look_and_who_to_be() -> None:
    text = greeting(FACTS, HOME, 7.25)
    assert "Console    http://127.0.0.1:8700\n" in text
    assert re.search(r"support +support@demo\.example +its-password\n", text)


def test_the_call_of_the_greeting_can_be_pasted_into_a_shell() -> None:
    text = greeting(FACTS, HOME, 7.25)
    words = shlex.split(text[text.index("curl ") : text.index("The same from Python")])
    assert words[:2] == ["curl", "http://127.0.0.1:8701/v1/chat/completions"]
    assert "X-AIOps-Feature: answers" in words
    assert json.loads(words[-1])["model"] == "gpt-4o-mini"


def test_the_snippet_of_the_greeting_is_python() -> None:
    text = greeting(FACTS, HOME, 7.25)
    snippet = text[text.index("  from openai") : text.index("Ctrl-C")]
    compile("if True:\n" + snippet, "snippet", "exec")


def test_the_simulators_address_is_told_where_there_is_one() -> None:
    assert "Simulator" not in greeting(FACTS, HOME, 1)
    told = greeting({**FACTS, "simulator_url": "http://127.0.0.1:9/v1"}, HOME, 1)
    assert "Simulator  http://127.0.0.1:9/v1\n" in told


def test_the_erps_address_is_told_where_there_is_one() -> None:
    told = greeting({**FACTS, "erp_url": "http://127.0.0.1:9"}, HOME, 1)
    assert "ERP        http://127.0.0.1:9\n" in told
    assert "Connect a tenant" not in told


def test_an_erp_without_the_demo_is_connected_by_hand() -> None:
    told = greeting({**EMPTY, "has_people": True, "erp_url": "http://127.0.0.1:9"}, HOME, 1)
    assert "http://127.0.0.1:8700/connections/new/\n" in told
    assert f"{HOME.path}/erp.json" in told


def test_an_empty_start_ends_with_the_commands_of_the_readme() -> None:
    told = greeting({**EMPTY, "has_people": False}, HOME, 1)
    commands = [line.strip() for line in told.splitlines() if ".venv/bin/aiops" in line]
    readme = (ROOT / "README.md").read_text()
    assert [command.split()[1] for command in commands] == ["user", "apply", "key"]
    assert [command for command in commands if command not in readme] == []
    assert "AIOPS_HOME" not in told


def test_commands_for_another_folder_say_which() -> None:
    told = greeting({**EMPTY, "has_people": False}, Home(Path("/my data")), 1)
    assert "export AIOPS_HOME='/my data'\n" in told


@pytest.mark.parametrize(
    ("facts", "told", "untold"),
    [
        ({"has_people": True, "holds_demo": True}, "its tenants, keys and people stay", "Nobody can log in"),
        ({"has_people": True, "holds_demo": False}, "Gateway", "Nobody can log in"),
        ({"has_people": False, "holds_demo": False}, "Nobody can log in", "holds the demo"),
    ],
)
def test_without_the_demo_it_says_what_this_folder_holds(facts: dict[str, bool], told: str, untold: str) -> None:
    text = greeting({**EMPTY, **facts}, HOME, 1)
    assert told in text
    assert untold not in text
