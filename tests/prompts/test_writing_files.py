from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.bundle import Bundle
from prompts.exchange import Unwritable, prompt_files
from prompts.exchange.checking import read_back
from prompts.exchange.yaml_writing import block
from prompts.files.yaml_text import read_yaml

# What people write, and what YAML stumbles over.
TEXTS = st.text(
    st.sampled_from("ab \n\t:#-'\"{}[]|>&*!%@`\\\x85\u2028\ufeff\x7f\u00e9\U0001f600"), min_size=1, max_size=40
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def bundle_of(text: str, default: Any = None, **fields: Any) -> Bundle:
    variable = {"type": "list", "default": default} if default else {"type": "list"}
    messages = [{"role": "system", "content": text}, {"role": "user", "content": "{{ xs }}"}]
    return Bundle.parse({"messages": messages, "variables": {"xs": variable}, **fields})


@given(text=TEXTS)
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    document = read_yaml(f"a:\n  - b: {block(text, 6)}\n    c: 1\n")
    assert document.data == {"a": [{"b": text, "c": 1}]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(default=st.lists(VALUES, max_size=3), schema=VALUES, stop=st.lists(TEXTS, min_size=1, max_size=3))
def test_a_prompt_s_files_are_read_back_as_that_very_version(
    tmp_path_factory: pytest.TempPathFactory, default: list[Any], schema: Any, stop: list[str]
) -> None:
    output = {"schema": {"type": "object", "default": schema}}
    bundle = bundle_of("Be kind.", default, output=output, model={"temperature": 0.1, "stop": stop})
    outcome = read_back(tmp_path_factory.mktemp("prompt"), prompt_files("answer", bundle))
    assert outcome.prompt is not None, outcome.problems
    assert outcome.prompt.bundle.hash == bundle.hash


def test_a_prompt_is_written_to_be_read() -> None:
    bundle = Bundle.parse(
        {
            "messages": [
                {"role": "system", "content": "Be kind.\n  And short.\n"},
                {"role": "user", "content": "{{ question }}"},
            ],
            "model": {"chain": "default", "temperature": 0.2},
            "output": {"grounded": True, "min_confidence": 0.7},
            "variables": {"question": {"type": "string"}, "no": {"type": "list", "default": []}},
        }
    )
    assert prompt_files("support-answer", bundle) == {
        "support-answer.prompt.yaml": """\
name: support-answer
model: {chain: default, temperature: 0.2}
output: {grounded: true, min_confidence: 0.7}
variables:
  question: {type: string}
  "no": {type: list, default: []}
messages:
  - role: system
    content: |
      Be kind.
        And short.
  - role: user
    content: "{{ question }}"
"""
    }


def test_what_parts_are_called_gives_way_to_nothing(tmp_path: Path) -> None:
    parts = {"answer.prompt.yaml": "x\n", "schemas/answer.json": "{}\n"}
    text = "".join(f'{{% include "{path}" %}}' for path in parts)
    bundle = bundle_of(text, parts=parts, output={"schema": {"type": "object"}})
    files = prompt_files("answer", bundle)
    assert set(files) == {"answer_.prompt.yaml", *parts, "schemas/answer_.json"}


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ([".git/config"], "the part '.git/config' would be a file of git's own."),
        (["a/.GIT/hooks/x"], "the part 'a/.GIT/hooks/x' would be a file of git's own."),
        (["a", "a/b"], "the part 'a' would have to be a file and a folder."),
        (["a.md", "A.md"], "two parts differ only in capital letters, which not every folder can hold."),
    ],
)
def test_parts_that_no_folder_should_hold_are_refused(paths: list[str], said: str) -> None:
    with pytest.raises(Unwritable) as refused:
        prompt_files("answer", bundle_of("x", parts=dict.fromkeys(paths, "x")))
    assert str(refused.value) == said
