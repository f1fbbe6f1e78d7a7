"""What providers write as JSON, with signs that they cut in two."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.provider_json import NotJson, Reader, loads

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
ANYTHING = st.recursive(
    ANY_TEXT | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(ANYTHING)
def test_whatever_python_writes_is_read_and_can_be_written_again(value: Any) -> None:
    read = loads(json.dumps(value).encode())
    assert orjson.loads(orjson.dumps(read)) == read


@given(st.text(), st.integers(0, 40))
def test_text_that_is_cut_anywhere_is_the_same_again(text: str, place: int) -> None:
    """As JavaScript cuts it: in halves of signs."""
    wide = text.encode("utf-16-le")
    halves = [part.decode("utf-16-le", "surrogatepass") for part in (wide[: 2 * place], wide[2 * place :])]
    reader = Reader()
    read = [reader.loads(json.dumps({"delta": {"content": half}}).encode()) for half in halves]
    assert "".join(message["delta"]["content"] for message in read) == text


def test_halves_of_two_places_are_not_one_sign() -> None:
    reader = Reader()
    reader.loads(b'{"delta":{"content":"\\ud83d"}}')
    said = reader.loads(b'{"delta":{"refusal":"\\ude00"}}')
    assert said == {"delta": {"refusal": "\ufffd"}}


def test_halves_belong_to_their_choice_wherever_in_the_list_it_stands() -> None:
    reader = Reader()
    reader.loads(b'{"choices":[{"index":0,"delta":{"content":"\\ud83d"}}]}')
    other = reader.loads(b'{"choices":[{"index":1,"delta":{"content":"no"}}]}')
    assert other["choices"][0]["delta"]["content"] == "no"
    both = {"index": 1, "delta": {"content": "!"}}, {"index": 0, "delta": {"content": "\ude00"}}
    read = reader.loads(json.dumps({"choices": both}).encode())
    assert [choice["delta"]["content"] for choice in read["choices"]] == ["!", "\U0001f600"]


@pytest.mark.parametrize("name", ["index", "output_index", "content_index"])
def test_halves_belong_to_their_part_of_an_answer(name: str) -> None:
    reader = Reader()
    reader.loads(json.dumps({name: 0, "delta": "\ud83d"}).encode())
    assert reader.loads(json.dumps({name: 1, "delta": "no"}).encode())["delta"] == "no"
    assert reader.loads(json.dumps({name: 0, "delta": "\ude00"}).encode())["delta"] == "\U0001f600"


@pytest.mark.parametrize("data", [b"", b"{", b"NaN", b'"\xff"', b"[" * 100_000, b"9" * 5_000])
def test_what_is_no_json_is_not_read(data: bytes) -> None:
    with pytest.raises(NotJson):
        loads(data)
