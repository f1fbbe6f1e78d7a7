import json
import re
import shlex

from aiops.embedded.greeting import greeting

FACTS = {
    "url": "http://127.0.0.1:8700",
    "gateway_url": "http://127.0.0.1:8701/v1",
    "demo": {
        "model": "gpt-4o-mini",
        "tenants": [{"slug": "acme", "key": "aiops_key", "features": ["answers", "drafts"]}],
        "logins": {"support": {"email": "support@demo.example", "password": "its-password"}},
    },
}


def test_the_greeting_tells_where_to_look_and_who_to_be() -> None:
    text = greeting(FACTS, 7.25)
    assert "Console  http://127.0.0.1:8700\n" in text
    assert re.search(r"support +support@demo\.example +its-password\n", text)


def test_the_call_of_the_greeting_can_be_pasted_into_a_shell() -> None:
    text = greeting(FACTS, 7.25)
    words = shlex.split(text[text.index("curl ") : text.index("The same from Python")])
    assert words[:2] == ["curl", "http://127.0.0.1:8701/v1/chat/completions"]
    assert "X-AIOps-Feature: answers" in words
    assert json.loads(words[-1])["model"] == "gpt-4o-mini"


def test_the_snippet_of_the_greeting_is_python() -> None:
    text = greeting(FACTS, 7.25)
    snippet = text[text.index("  from openai") : text.index("Ctrl-C")]
    compile("if True:\n" + snippet, "snippet", "exec")


def test_without_demo_the_greeting_tells_how_to_make_the_first_person() -> None:
    assert "aiops user create" in greeting({**FACTS, "demo": None}, 1)
