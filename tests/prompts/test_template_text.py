"""What an editor, a checkout or an order of keys does to a file makes no version."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bundle import Bundle
from prompts.files.template_text import tidy, without_tags
from tests.prompts.texts import prompt_text, read_folder

PROMPT = """\
name: answer
model: {chain: default, temperature: 0.2}
variables:
  question: {type: string}
  tone: {type: string, default: calm}
messages:
  - role: system
    content: |
      Be {{ tone }}.
      {% include "parts/a.md" %}
  - role: user
    content: "{{ question }}"
"""
OTHER_ORDER = """\
messages:
  - content: |
      Be {{ tone }}.
      {% include "parts/a.md" %}
    role: system
  - {content: "{{ question }}", role: user}
variables:
  tone: {default: calm, type: string}
  question: {type: string}
model: {temperature: 0.20, chain: default}
name: answer
"""
PART = "Be kind.\n\nAlways.\n"


def hash_of(folder: Path, prompt: str | bytes = PROMPT, part: str | bytes = PART) -> str:
    (read,) = read_folder(folder, {"a.prompt.yaml": prompt, "parts/a.md": part}).prompts
    return read.bundle.hash


@pytest.mark.parametrize(
    ("prompt", "part"),
    [
        (OTHER_ORDER, PART),
        (PROMPT.replace("\n", "\r\n"), PART.replace("\n", "\r\n")),
        (PROMPT.replace("\n", "\r"), PART.replace("\n", "\r")),
        ("\ufeff" + PROMPT, "\ufeff" + PART),
        (PROMPT.replace("\n", "  \n"), PART.replace("\n", " \t\n")),
        (PROMPT, PART + "\n\n  \n"),
        (PROMPT.replace('a.md" %}\n', 'a.md" %}\n\n\n'), PART),
        ("# a comment\n" + PROMPT, PART),
    ],
    ids=["keys", "windows", "old mac", "bom", "spaces", "blank lines", "blank lines of a message", "comment"],
)
def test_what_does_not_matter_makes_no_version(tmp_path: Path, prompt: str, part: str) -> None:
    assert hash_of(tmp_path / "b", prompt, part) == hash_of(tmp_path / "a")


@pytest.mark.parametrize("part", ["Be  kind.\n\nAlways.\n", "Be kind.\nAlways.\n", f" {PART}", f"\n{PART}"])
def test_what_a_model_would_read_differently_does(tmp_path: Path, part: str) -> None:
    assert hash_of(tmp_path / "b", part=part) != hash_of(tmp_path / "a")


@pytest.mark.parametrize(
    "text",
    [
        'a{{ " " }}\nb',
        'a{{ " \n \n" }}\nb',
        "a{{ ' }} \n' }}\nb",
        'a{% if x == " \n" %}\nb',
        'a{{ "\\" \n" }}',
        "a{{ open \n\n",
        "{# of a comment  \n #}b",
    ],
)
def test_inside_of_tags_spaces_stay(text: str) -> None:
    assert tidy(text) == text


def test_outside_of_tags_they_go_and_no_line_moves() -> None:
    assert tidy('a  \n{{ " \n" }} \t\n  b {{ c }} \n\n \n') == 'a\n{{ " \n" }}\n  b {{ c }}\n'


def test_what_has_no_line_end_gets_none() -> None:
    assert (tidy("a "), tidy("a"), tidy(" \n\n"), tidy("")) == ("a", "a", "\n", "")


@given(st.text(st.sampled_from("a \t\n{}%#\"'\\"), max_size=60))
def test_it_is_done_once_and_for_all_and_columns_stay(text: str) -> None:
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    lines = zip(tidied.split("\n"), text.split("\n"), strict=False)
    assert all(before.startswith(after) for after, before in lines)


@given(st.text(st.sampled_from("ab \t\n"), max_size=60), st.sampled_from([" ", "\t", "  "]))
def test_spaces_before_any_line_end_do_not_matter(text: str, spaces: str) -> None:
    assert tidy(text.replace("\n", f"{spaces}\n") + spaces) == tidy(text)


def test_what_is_not_closed_is_read_quickly_enough() -> None:
    assert tidy("{{" * 50_000 + " \n") == "{{" * 50_000 + " \n"
    assert tidy("{{" + "\"'" * 50_000 + " \n")


def test_what_is_left_without_tags_is_what_is_sent_whatever_is_given() -> None:
    assert without_tags('Be {{ tone }}.{% include "a" %}{# no #} Yes.') == "Be . Yes."


def test_a_version_that_is_kept_keeps_its_hash() -> None:
    data = {"messages": [{"role": "user", "content": "a  \n\n\n"}], "parts": {"p.md": "b \n\n"}}
    assert Bundle.parse(data).as_data()["messages"][0]["content"] == "a  \n\n\n"


def test_places_are_told_as_they_stand_in_the_file(tmp_path: Path) -> None:
    text = prompt_text(content="a   \n\n{{ gone }}   \n\n")
    (problem,) = read_folder(tmp_path, {"a.prompt.yaml": text}).problems
    assert (problem.line, problem.column) == (7, 10)
