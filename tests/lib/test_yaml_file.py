from pathlib import Path
from typing import Any

import pytest

from aiops.lib import yaml_file
from aiops.lib.yaml_file import Unreadable, YamlFile


def read(folder: Path, text: str) -> YamlFile:
    path = folder / "aiops.yaml"
    path.write_text(text)
    return yaml_file.read(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("null", None),
        ("", None),
        ("12", 12),
        ("0.10", "0.10"),
        ("0.12345678901234567890", "0.12345678901234567890"),
        ("2026-01-01", "2026-01-01"),
        ('"12"', "12"),
        ("[a, 1]", ["a", 1]),
    ],
)
def test_values_keep_what_was_written(tmp_path: Path, text: str, value: Any) -> None:
    assert read(tmp_path, f"key: {text}").data == {"key": value}


def test_names_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    assert read(tmp_path, "1: a\nno: b\nnull: c").data == {"1": "a", "no": "b", "null": "c"}


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "# only a comment\n").data == {}


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("models",), 1),
        (("models", "mini"), 2),
        (("models", "mini", "provider"), 3),
        (("chains", "c", "models", 1), 8),
        (("models", "mini", "missing"), 2),
    ],
)
def test_a_value_or_what_should_hold_it_has_its_line(tmp_path: Path, place: tuple[str | int, ...], line: int) -> None:
    text = "models:\n  mini:\n    provider: x\nchains:\n  c:\n    models:\n      - a\n      - b\n"
    assert read(tmp_path, text).line(place) == line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\na: 2", "aiops.yaml:2: 'a' is there twice; the first is at line 1."),
        ("a: [1\nb: 2", "aiops.yaml:2:2: "),
        ("a: !!int x", "aiops.yaml:1: 'x' is not a whole number."),
        ("a: *nowhere", "aiops.yaml:1:"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Unreadable) as fault:
        read(tmp_path, text)
    assert told in str(fault.value)


def test_a_tag_that_would_make_an_object_stays_text(tmp_path: Path) -> None:
    assert read(tmp_path, "a: !!str 5").data == {"a": "5"}


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "aiops.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unreadable, match="not UTF-8"):
        yaml_file.read(path)


def parsed(text: str) -> Any:
    return yaml_file.parse(text, Path("suite.yaml"), decimals=True).data


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.10", 0.1), ("-.5", -0.5), ("1e3", 1000.0), ("12", 12), ("1.2.3", "1.2.3"), (".", "."), ("why?", "why?")],
)
def test_decimals_are_numbers_where_asked(text: str, value: Any) -> None:
    assert parsed(f"key: {text}") == {"key": value}


def test_a_merge_brings_in_what_the_mapping_does_not_say_itself() -> None:
    text = "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nown: {b: 0, <<: [*base, *other]}"
    assert parsed(text)["own"] == {"a": 1, "b": 0, "c": 4}


def test_aliases_of_aliases_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_file, "MOST_VALUES", 1000)
    text = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]"
    with pytest.raises(Unreadable, match="more than 1,000 values"):
        parsed(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "a: &a [*a]", "a: &a {<<: *a}"])
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        parsed(text)
