from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.lint import lint, secrets_in, tokens_of
from tests.prompts.texts import prompt_text, read_folder, told

LONG = "Refunds are paid within fourteen days to the account that paid, unless the order was on its way."
KEY = "sk-" + "abcdefghijklmnop" * 2


def found(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    reading = read_folder(folder, files)
    assert reading.problems == ()
    return [told(folder, problem) for problem in lint(reading)]


def test_an_orderly_prompt_is_not_remarked_on(tmp_path: Path) -> None:
    text = prompt_text("variables: {q: {type: string}}", content='{% include "parts/a.md" %} {{ q }}')
    assert found(tmp_path, {"a.prompt.yaml": text, "parts/a.md": LONG}) == []


def test_a_variable_that_no_text_uses_is_named(tmp_path: Path) -> None:
    text = prompt_text("variables:", "  q: {type: string}")
    assert found(tmp_path, {"a.prompt.yaml": text}) == ["a.prompt.yaml:3:3: warning: no text uses the variable 'q'."]


def test_a_part_that_no_prompt_includes_is_named(tmp_path: Path) -> None:
    files = {"a.prompt.yaml": prompt_text(), "parts/deep/a.md": "A", "README.md": "no part"}
    assert found(tmp_path, files) == ["parts/deep/a.md:1:1: warning: no prompt includes this part."]


def test_a_part_is_not_called_unused_while_a_prompt_cannot_be_read(tmp_path: Path) -> None:
    reading = read_folder(tmp_path, {"a.prompt.yaml": "[", "parts/a.md": "A"})
    assert lint(reading) == ()


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("system_tokens: 24", []),
        ("system_tokens: 23", ["2:10: error: the system messages have about 24 tokens; budget.system_tokens is 23."]),
        ("total_tokens: 23", ["2:10: error: the messages have about 24 tokens; budget.total_tokens is 23."]),
        ("message_tokens: 23", ["6:7: error: messages[0] has about 24 tokens; budget.message_tokens is 23."]),
    ],
)
def test_a_budget_is_held_to_within_what_can_be_told(tmp_path: Path, budget: str, said: list[str]) -> None:
    text = prompt_text(f"budget: {{{budget}}}", content=LONG[:95])
    assert found(tmp_path, {"a.prompt.yaml": text}) == [f"a.prompt.yaml:{each}" for each in said]


def test_a_part_has_its_budget_and_counts_where_it_is_included(tmp_path: Path) -> None:
    text = prompt_text("budget: {part_tokens: 9, system_tokens: 30}", content='{% include "parts/a.md" %}\n' * 2)
    assert found(tmp_path, {"a.prompt.yaml": text, "parts/a.md": LONG[:80]}) == [
        "a.prompt.yaml:2:26: error: the system messages have about 54 tokens; budget.system_tokens is 30.",
        "parts/a.md:1:1: error: parts/a.md has about 20 tokens; budget.part_tokens is 9.",
    ]


def test_a_paragraph_that_stands_twice_is_shown_with_its_first_place(tmp_path: Path) -> None:
    text = prompt_text(content='{% include "parts/a.md" %}\n\n' + LONG.replace(" ", "  "))
    assert found(tmp_path, {"a.prompt.yaml": text, "parts/a.md": f"Short.\n\n{LONG}\n"}) == [
        f"parts/a.md:3:1: warning: this paragraph stands already in {tmp_path}/a.prompt.yaml:7; "
        "keep it once, in a part: Refunds are paid within fourteen days to…"
    ]


def test_a_giant_prompt_in_one_piece_is_remarked_on(tmp_path: Path) -> None:
    giant = prompt_text(content="\n\n".join(f"{number} is a number." for number in range(2000)))
    (said,) = found(tmp_path, {"a.prompt.yaml": giant})
    assert "warning: a giant prompt: about 9,2" in said


def test_a_secret_is_an_error_wherever_it_stands_and_is_not_shown(tmp_path: Path) -> None:
    files = {
        "a.prompt.yaml": prompt_text(f"description: {KEY}", content='{% include "parts/a.md" %}'),
        "parts/a.md": f"x\nThe key: {KEY}",
    }
    assert found(tmp_path, files) == [
        "a.prompt.yaml:2:14: error: this looks like an API key (sk-a…): take it out, and make it void.",
        "parts/a.md:2:10: error: this looks like an API key (sk-a…): take it out, and make it void.",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (KEY, "an API key"),
        ("sk-proj-Ab1_" + "x" * 30, "an API key"),
        ("AKIA" + "ABCDEFGH12345678", "an AWS key"),
        ("aiops_production_0123abcd_" + "s" * 32 + "_00ff00ff", "a key of this console"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("ghp_" + "a1" * 18, "a GitHub token"),
        ("xoxb-" + "1234567890-abc", "a Slack token"),
        ("AIza" + "x" * 35, "a Google key"),
        ("eyJhbGciOiJIUzI1." + "x" * 20 + "." + "y" * 20, "a signed token"),
        ("0123456789abcdef" * 2, "a long hexadecimal token"),
        ("q7Rz0Kx2Vb9Lm4Tn8Yp1Ws6Dc3Fg5Hj0Ak2Ze4Xu7Ci", "a long random token"),
    ],
)
def test_secrets_of_many_kinds_are_seen(text: str, kind: str) -> None:
    (secret,) = secrets_in(f"first\nuse {text} now")
    assert (secret.line, secret.column, secret.kind, secret.beginning) == (2, 5, kind, text[:4])


@pytest.mark.parametrize(
    "text",
    [
        "Write to support@example.com about order 2026-000123456789.",
        "https://docs.example.com/guides/getting-started-with-the-new-billing-portal-2026",
        "aiops_answers and sk-short and AKIA",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "========================================================",
        "ThisIsAVeryLongCamelCaseIdentifierThatSomebodyWroteIn2026AndMeant",
        f"{{# not a secret #}} {KEY}",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert list(secrets_in(text)) == []


@given(st.text())
def test_any_text_can_be_searched_for_secrets(text: str) -> None:
    assert all(secret.line <= text.count("\n") + 1 for secret in secrets_in(text))


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2)])
def test_four_characters_are_about_a_token(characters: int, tokens: int) -> None:
    assert tokens_of(characters) == tokens
