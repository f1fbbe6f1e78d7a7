from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.files import read
from prompts.lint import (
    counter_of,
    encoding_of,
    lint,
    personal_in,
    secrets_in,
    sizes_of,
    tokens,
    tokens_of,
    whole,
)
from prompts.lint.counting import Counter, counter_for
from tests.prompts.texts import prompt_text, read_folder, told, write

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


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2)])
def test_four_characters_are_about_a_token(characters: int, tokens: int) -> None:
    assert tokens_of(characters) == tokens


def rules_of(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    return [problem.rule for problem in lint(read_folder(folder, files))]


def test_a_paragraph_that_two_prompts_share_is_told_once_with_both_places(tmp_path: Path) -> None:
    files = {"a.prompt.yaml": prompt_text(content=LONG), "b.prompt.yaml": prompt_text(name="b", content=f"x\n\n{LONG}")}
    assert found(tmp_path, files) == [
        f"b.prompt.yaml:7:7: warning: this paragraph stands already in {tmp_path}/a.prompt.yaml:5; "
        "keep it once, in a part: Refunds are paid within fourteen days to…"
    ]


def test_a_paragraph_in_nearly_the_same_words_is_told_with_how_alike_it_is(tmp_path: Path) -> None:
    near = LONG.replace("fourteen", "thirty")
    files = {"a.prompt.yaml": prompt_text(content=LONG), "b.prompt.yaml": prompt_text(name="b", content=near)}
    (said,) = found(tmp_path, files)
    assert said.startswith(
        f"b.prompt.yaml:5:7: warning: this paragraph is 94 % the same as {tmp_path}/a.prompt.yaml:5;"
    )


def test_paragraphs_of_other_words_and_shared_parts_are_no_repeats(tmp_path: Path) -> None:
    include = '{% include "parts/a.md" %}'
    other = "Deliveries leave the warehouse every morning, and their trackers are sent by mail before noon on the day."
    files = {
        "a.prompt.yaml": prompt_text(content=f"{include}\n\n{other}"),
        "b.prompt.yaml": prompt_text(name="b", content=include),
        "parts/a.md": LONG,
    }
    assert found(tmp_path, files) == []


def test_of_many_nearly_equal_prompts_each_is_told_once(tmp_path: Path) -> None:
    words = ["seven", "eight", "nine", "ten", "eleven", "twelve"]
    files = {f"{word}.prompt.yaml": prompt_text(name=word, content=LONG.replace("fourteen", word)) for word in words}
    assert rules_of(tmp_path, files) == ["prompt/nearly-repeated-passage"] * 5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("jane.doe@acme-corp.com", "a person's e-mail address"),
        ("+49 30 901820", "a phone number"),
        ("+1 (650) 253-0000", "a phone number"),
        ("DE12 5001 0517 0648 4898 90", "an IBAN"),
        ("4539 1488 0343 6467", "a credit card's number"),
        ("536-90-4399", "a US social security number"),
        ("54362315K", "a Spanish identity number"),
        ("RCCMNL83S18D969H", "an Italian tax code"),
    ],
)
def test_data_of_persons_are_seen(text: str, kind: str) -> None:
    (personal,) = personal_in(f"first\nask {text} now")
    assert personal == (2, 5, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Write to jane.doe@example.com, jane@shop.example or support@acme-corp.com.",
        "name@company.com, user@host.com, {{ name }}@acme.com",
        "order 4539148803436468, 2026-11-27 10:22:01, version 1.2.3, +1 555 555 0123",
        "4242 4242 4242 4242 and DE89 3704 0044 0532 0130 00",
        "000-12-3456, 12345678A, 1234567890123456",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    ],
)
def test_what_nobody_is_found_by_is_left_alone(text: str) -> None:
    assert list(personal_in(text)) == []


@given(st.text())
def test_any_text_can_be_searched_for_persons(text: str) -> None:
    assert all(personal.line <= text.count("\n") + 1 for personal in personal_in(text))


def test_data_of_persons_are_a_warning_that_a_comment_pardons(tmp_path: Path) -> None:
    part = "Ask jane.doe@acme-corp.com."
    text = prompt_text(content='{% include "parts/a.md" %}')
    warned = {"a.prompt.yaml": text, "parts/a.md": part}
    assert rules_of(tmp_path / "a", warned) == ["prompt/personal-data"]
    pardoned = {"a.prompt.yaml": text, "parts/a.md": part + "\n{# aiops-ignore: personal-data #}"}
    assert rules_of(tmp_path / "b", pardoned) == []


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("# aiops-ignore: prompt/unused-variable", []),
        ("# aiops-ignore: giant, unused-variable", []),
        ("# aiops-ignore: giant", ["prompt/unused-variable"]),
        ("# aiops-ignore: nonsense", ["prompt/unused-variable"]),
    ],
)
def test_a_comment_pardons_the_rules_that_it_names(tmp_path: Path, comment: str, rules: list[str]) -> None:
    text = prompt_text(comment, "variables:", "  q: {type: string}")
    assert rules_of(tmp_path, {"a.prompt.yaml": text}) == rules


def test_what_is_sent_at_every_call_is_giant_unless_a_budget_says_so(tmp_path: Path) -> None:
    part = "\n\n".join(f"{number} is a number." for number in range(1000))
    include = '{% include "parts/a.md" %}'
    (said,) = found(tmp_path / "a", {"a.prompt.yaml": prompt_text(content=include), "parts/a.md": part})
    assert "a giant prompt: about 4,4" in said
    text = prompt_text("budget: {system_tokens: 9000}", content=include)
    assert found(tmp_path / "b", {"a.prompt.yaml": text, "parts/a.md": part}) == []


def test_a_message_that_holds_everything_is_remarked_on(tmp_path: Path) -> None:
    text = prompt_text(content="\n\n".join(f"{number} is a number." for number in range(500)))
    assert rules_of(tmp_path, {"a.prompt.yaml": text}) == ["prompt/one-piece"]


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4o-mini", "o200k_base"),
        ("openai/gpt-4.1-2025-04-14", "o200k_base"),
        ("o3", "o200k_base"),
        ("gpt-5.1", "o200k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo-0125", "cl100k_base"),
        ("claude-sonnet-4-5", None),
        ("default", None),
        ("", None),
    ],
)
def test_the_tokenizer_is_that_of_the_models_family(model: str, encoding: str | None) -> None:
    assert encoding_of(model) == encoding


def test_without_a_known_model_tokens_are_an_estimate_and_called_so() -> None:
    counter = counter_for("claude-sonnet-4-5")
    assert (counter.name, counter.is_estimate, counter.count("x" * 5)) == ("estimate", True, 2)


def test_a_tokenizer_counts_what_is_sent_with_parts_once_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "counter_for", lambda model: Counter(model, lambda text: len(text.split())))
    content = 'one {{ question }} two {% include "a" %} {% include "a" %}'
    text = prompt_text("variables: {question: {type: string}}", content=content)
    (prompt,) = read_folder(tmp_path, {"a": "three four", "a.prompt.yaml": text}).prompts
    sizes = sizes_of(prompt, "gpt-4o")
    assert {size.template: size.tokens for size in sizes} == {"messages[0]": 6, "a": 2}


def test_the_real_tokenizer_counts_a_prompt_and_a_budget_holds_by_it(tmp_path: Path) -> None:
    pytest.importorskip("bpe_openai")
    lines = ("model: {model: gpt-4o}", "budget: {total_tokens: 7}", "variables: {question: {type: string}}")
    content = 'Antidisestablishmentarianism. {{ question }}{% include "a.md" %}'
    write(tmp_path, {"a.md": "Grüße, 你好 👋🏽 <|endoftext|>\n", "a.prompt.yaml": prompt_text(*lines, content=content)})
    (prompt,) = (reading := read([tmp_path])).prompts
    (problem,) = lint(reading)
    assert counter_of(prompt.bundle).name == "o200k_base"
    assert whole(sizes_of(prompt)) > 7
    assert f"about {whole(sizes_of(prompt)):,} tokens; budget.total_tokens is 7" in problem.text


def test_how_two_prompts_go_through_a_list_is_no_repeated_passage(tmp_path: Path) -> None:
    loop = (
        '{% for each in sources %}\n<source id="{{ each.id }}">{{ each.text }}</source>\n{% endfor %} {{ each_word }}'
    )
    lines = "variables: {sources: {type: list}, each_word: {type: string}}"
    texts = {f"{name}.prompt.yaml": prompt_text(lines, name=name, content=loop) for name in ("a", "b")}
    assert rules_of(tmp_path, texts) == []
