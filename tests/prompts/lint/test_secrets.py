"""Keys and tokens in a text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.lint import secrets_in
from tests.prompts.lint.folders import found
from tests.prompts.texts import prompt_text

KEY = "sk-" + "abcdefghijklmnop" * 2


def test_a_secret_is_an_error_wherever_it_stands_and_is_not_shown(tmp_path: Path) -> None:
    files = {
        "a.prompt.yaml": prompt_text(f"description: {KEY}", content='{% include "parts/a.md" %}'),
        "parts/a.md": f"x\nThe key: {KEY}",
    }
    assert found(tmp_path, files) == [
        "a.prompt.yaml:2:14: error: this looks like an API key (sk-a…): take it out, and revoke it.",
        "parts/a.md:2:10: error: this looks like an API key (sk-a…): take it out, and revoke it.",
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
