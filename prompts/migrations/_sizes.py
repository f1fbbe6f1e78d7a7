"""How 0006 counts what is there: as versions were counted when it was written, whatever is counted by now."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from jinja2 import Environment, TemplateError, nodes

_CHARACTERS_A_TOKEN: Final = 4
_MOST_LINES: Final = 10_000
_LEAST_ALIKE: Final = 0.6
_JINJA: Final = Environment()  # noqa: S701 - read, never rendered

type Content = Mapping[str, Any]
type Texts = Mapping[str, str]


class Sizes(NamedTuple):
    """None of what could not be counted: templates that do not fit together, very many lines, nothing before it."""

    tokens: int | None
    added: int | None = None
    removed: int | None = None


def read(content: str) -> Content | None:
    """None: an older release kept something else."""
    try:
        found = json.loads(content)
        _texts(found), _settings(found)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return found  # type: ignore[no-any-return]


def sizes(content: Content, before: Content | None) -> Sizes:
    changed = _changed(before, content) if before else None
    return Sizes(_tokens(content), *(changed or ()))


def _tokens(content: Content) -> int | None:
    messages, parts = [each["content"] for each in content["messages"]], content["parts"]
    try:
        included = {text: _included(text) for text in (*messages, *parts.values())}
        characters = {text: _characters(text, parts, included, ()) for text in included}
    except (TemplateError, RecursionError, KeyError, ValueError):
        return None
    return sum(-(-characters[text] // _CHARACTERS_A_TOKEN) for text in messages)


def _included(text: str) -> list[str]:
    found = _JINJA.parse(text).find_all(nodes.Include) if "{" in text else ()
    return [each.template.as_const() for each in found]


def _characters(text: str, parts: Texts, included: Mapping[str, list[str]], above: tuple[str, ...]) -> int:
    """With all that it includes. Raises KeyError for a part that is not there, ValueError for a circle."""
    paths = included[text]
    if set(paths) & set(above):
        raise ValueError
    return len(text) + sum(_characters(parts[path], parts, included, (*above, path)) for path in paths)


def _changed(before: Content, after: Content) -> tuple[int, int] | None:
    pairs = [*_pairs(_texts(before), _texts(after)), (_settings(before), _settings(after))]
    changed = [(old, new) for old, new in pairs if old != new]
    if sum(len(old) + len(new) for old, new in changed) > _MOST_LINES:
        return None
    codes = [
        code for old, new in changed for code in SequenceMatcher(None, old, new).get_opcodes() if code[0] != "equal"
    ]
    return sum(end - begin for *_, begin, end in codes), sum(end - begin for _, begin, end, *_ in codes)


def _pairs(before: Texts, after: Texts) -> Iterator[tuple[list[str], list[str]]]:
    was = _moved({name: before[name] for name in before if name not in after}, after, before)
    for name, text in after.items():
        yield _lines(before.get(was.get(name, name), "")), _lines(text)
    for name, text in before.items():
        if name not in after and name not in was.values():
            yield _lines(text), []


def _moved(gone: Texts, after: Texts, before: Texts) -> dict[str, str]:
    """What parts were called that only go by another name: the most alike first, each once."""
    new = {name: text for name, text in after.items() if name not in before}
    alike = [(-_alike(gone[old], new[name]), old, name) for old in gone for name in new]
    found: dict[str, str] = {}
    for share, old, name in sorted(alike):
        if -share >= _LEAST_ALIKE and name not in found and old not in found.values():
            found[name] = old
    return found


def _alike(one: str, other: str) -> float:
    if one == other and one.strip():
        return 2.0
    lines, others = (Counter(line for line in text.split("\n") if line.strip()) for text in (one, other))
    return (lines & others).total() / max(lines.total(), others.total(), 1)


def _texts(content: Content) -> dict[str, str]:
    messages = "\n".join(f"[{each['role']}]\n{each['content']}" for each in content["messages"])
    return {"Messages": messages, **content["parts"]}


def _settings(content: Content) -> list[str]:
    return sorted(line for name in ("model", "output", "variables") for line in _spread(name, content[name]))


def _spread(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for inner, each in value.items():
            yield from _spread(f"{name}.{inner}", each)
    else:
        yield f"{name}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}"


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []
