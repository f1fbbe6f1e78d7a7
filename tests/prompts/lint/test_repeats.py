"""Passages that stand twice."""

from pathlib import Path

from tests.prompts.lint.folders import LONG, found, rules_of
from tests.prompts.texts import prompt_text


def test_a_paragraph_that_stands_twice_is_shown_with_its_first_place(tmp_path: Path) -> None:
    text = prompt_text(content='{% include "parts/a.md" %}\n\n' + LONG.replace(" ", "  "))
    assert found(tmp_path, {"a.prompt.yaml": text, "parts/a.md": f"Short.\n\n{LONG}\n"}) == [
        f"parts/a.md:3:1: warning: this paragraph stands already in {tmp_path}/a.prompt.yaml:7; "
        "keep it once, in a part: Refunds are paid within fourteen days to…"
    ]


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
    assert said.startswith(f"b.prompt.yaml:5:7: warning: this paragraph is 94% the same as {tmp_path}/a.prompt.yaml:5;")


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


def test_how_two_prompts_go_through_a_list_is_no_repeated_passage(tmp_path: Path) -> None:
    loop = (
        '{% for each in sources %}\n<source id="{{ each.id }}">{{ each.text }}</source>\n{% endfor %} {{ each_word }}'
    )
    lines = "variables: {sources: {type: list}, each_word: {type: string}}"
    texts = {f"{name}.prompt.yaml": prompt_text(lines, name=name, content=loop) for name in ("a", "b")}
    assert rules_of(tmp_path, texts) == []
