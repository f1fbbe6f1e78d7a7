from pathlib import Path

import pytest

from prompts.exchange import Options, make, take
from prompts.rendering import compile_bundle
from tests.prompts.texts import write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Be kind to {{ name }}.\n", "Be kind to Ann."),
        ("As {name} or {{name}}.", "As {name} or Ann."),
        (
            'Answer {"a": {"b": 1}} and {% if %} and {# x #} {{name}}',
            'Answer {"a": {"b": 1}} and {% if %} and {# x #} Ann',
        ),
        ("{{ name | upper }} {{name}}", "{{ name | upper }} Ann"),
        ("{{{name}}} {{{{name}}}}", "{Ann} {{Ann}}"),
        ("# Title\n\n  indented \n\n\n{{name}}", "# Title\n\n  indented\n\n\nAnn"),
    ],
)
def test_only_names_in_two_braces_are_variables(tmp_path: Path, text: str, expected: str) -> None:
    (draft,) = take([write(tmp_path, {"Persona Text.md": text})], "", Options()).drafts
    made = make(draft)
    assert made.bundle is not None
    assert made.problems == ()
    assert compile_bundle(made.bundle).render({"name": "Ann"}) == [{"role": "system", "content": expected}]


def test_it_may_be_the_user_s(tmp_path: Path) -> None:
    (draft,) = take([write(tmp_path, {"a.txt": "Hello."}) / "a.txt"], "", Options("user")).drafts
    assert (draft.name, draft.messages[0].role) == ("a", "user")


def test_a_text_in_another_tool_s_folder_is_told_and_left(tmp_path: Path) -> None:
    write(tmp_path, {"a.prompt": "Hello.", "README.md": "About.", "used.txt": "One."})
    write(tmp_path, {"promptfooconfig.yaml": "prompts: [file://used.txt]"})
    found = take([tmp_path], "", Options())
    assert [draft.name for draft in found.drafts] == ["a", "used"]
    assert [(each.path.name, each.text) for each in found.problems] == [
        ("README.md", "not taken over: 1 plain text such as this; --from text takes them.")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "it is not UTF-8 text."),
        (b"x" * 400_001, "it is larger than 400,000 bytes."),
        (b"", "messages[0].content: it must have 1 to 100,000 characters, not 0."),
        (b"a\0b", "messages[0].content: a NUL character is not text."),
    ],
)
def test_what_is_no_text_of_a_prompt_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    found = take([write(tmp_path, {"a.txt": content}) / "a.txt"], "", Options())
    problems = [*found.problems, *(each for draft in found.drafts for each in make(draft).problems)]
    assert said in [each.text for each in problems]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.txt": "secret", "in/a.txt": "Hello."})
    (tmp_path / "in/b.txt").symlink_to(tmp_path / "secret.txt")
    found = take([tmp_path / "in"], "", Options())
    assert [each.text for each in found.problems] == [f"it is a link that leads out of {tmp_path / 'in'}."]
