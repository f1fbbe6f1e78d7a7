"""What a name of Handlebars means where it stands, as an expression of ours."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self

from prompts.exchange.dotprompt.tree import Word
from prompts.exchange.draft import Untranslatable

_STEP: Final = re.compile(r"\[([^\]]*)\]|([^./\[\]]+)")
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EMPTY: Final[Mapping[str, Any]] = {}


class Value(NamedTuple):
    """`is_certain`: it is always there, and never null; `is_simple`: a field or filter may follow."""

    text: str
    schema: Mapping[str, Any] = _EMPTY
    is_certain: bool = True

    @property
    def type(self) -> str:
        said = self.schema.get("type")
        kinds = [said] if isinstance(said, str) else [each for each in said or () if each != "null"]
        return kinds[0] if len(kinds) == 1 else ""

    def printed(self) -> str:
        if self.type == "array":
            return f'{self.listed()}|join(",")'
        return self.text if self.is_certain else f'{self.text}|default("")'

    def tested(self) -> str:
        """An object is true though it is empty."""
        if self.type == "object":
            return f"{self.text}|default(none) is not none"
        return self.text if self.is_certain else f'{self.text}|default("")'

    def listed(self) -> str:
        return self.text if self.is_certain else f"{self.text}|default([], true)"

    def field(self, name: str) -> "Value":
        if name == "length" and self.type in ("array", "string"):
            return Value(f"{self.text}|length", {"type": "integer"}, self.is_certain)
        base = self.text if self.is_certain and "|" not in self.text else f"({self.text}|default({{}}, true))"
        step = f".{name}" if _PLAIN.fullmatch(name) else f"[{name if name.isdigit() else _quoted(name)}]"
        properties = self.schema.get("properties")
        inner = properties.get(name) if isinstance(properties, Mapping) else None
        if name.isdigit() and isinstance(self.schema.get("items"), Mapping):
            return Value(f"{base}{step}", self.schema["items"], is_certain=False)
        required = self.is_certain and name in (self.schema.get("required") or ())
        return Value(
            f"{base}{step}", inner if isinstance(inner, Mapping) else _EMPTY, required and not _may_be_null(inner)
        )


def _may_be_null(schema: Any) -> bool:
    said = schema.get("type") if isinstance(schema, Mapping) else None
    return said is None or (isinstance(said, list) and "null" in said)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(slots=True)
class Uses:
    """How names that no schema has are used: printed, tested, looped, fielded.

    `given`: names that have a default; `words`: which a loop must not take.
    """

    schema: Mapping[str, Any]
    given: Set[str]
    words: set[str]
    of: dict[str, set[str]] = field(default_factory=dict)
    loops: set[str] = field(default_factory=set)

    def root(self, name: str, how: str) -> Value:
        properties = self.schema.get("properties") or {}
        known = properties.get(name)
        if known is None:
            self.of.setdefault(name, set()).add(how)
        schema = known if isinstance(known, Mapping) else _EMPTY
        value = Value(name, schema)
        # Of these types something empty stands in for what is not given.
        is_filled = value.type in ("string", "array", "boolean", "") or name in self.given
        return value._replace(is_certain=is_filled or known is None or name in self.schema.get("required", ()))

    def free_word(self, word: str) -> str:
        number = 1
        while (found := word if number == 1 else f"{word}{number}") in self.words | self.loops:
            number += 1
        self.loops.add(found)
        return found


@dataclass(frozen=True, slots=True)
class Scope:
    """`this`: None at the top; `names`: what is called otherwise here; `key`: of the loop it is in."""

    uses: Uses
    this: Value | None = None
    names: Mapping[str, Value] = field(default_factory=dict)
    parent: Self | None = None
    key: str = ""
    is_loop: bool = False

    @property
    def is_top(self) -> bool:
        return self.this is None and not self.names

    def value(self, word: Word, line: int, how: str = "printed") -> Value:
        """Raises Untranslatable."""
        if word.kind == "text":
            return Value(_quoted(word.text), {"type": "string"})
        if word.kind == "number" or word.text in ("true", "false"):
            return Value(word.text, {"type": "number" if word.kind == "number" else "boolean"})
        if word.text in ("null", "undefined"):
            return Value("none")
        return self._of_path(word.text, line, how)

    def _of_path(self, path: str, line: int, how: str) -> Value:
        if path.startswith("@"):
            return self._of_data(path[1:], line, how)
        scope, rest = self, path
        while rest == ".." or rest.startswith("../"):
            if scope.parent is None:
                raise Untranslatable(line, f"{path!r} leads out of the template.")
            scope, rest = scope.parent, rest[3:]
        rest = re.sub(r"^(?:this|\.)(?:[./]|$)", "", rest)
        is_own = rest != path and not path.startswith("..")
        return scope._within(_steps(rest, path, line), path, line, how, is_own=is_own)

    def _within(self, steps: list[str], path: str, line: int, how: str, *, is_own: bool) -> Value:
        if steps and steps[0] in self.names and not is_own:
            return _fields(self.names[steps[0]], steps[1:])
        if self.this is not None:
            return _fields(self.this, steps)
        if not steps:
            raise Untranslatable(line, f"{path!r}: all variables at once have no counterpart; name one.")
        if not _PLAIN.fullmatch(steps[0]):
            raise Untranslatable(line, f"{steps[0]!r} cannot be the name of a variable: letters, digits and _.")
        return _fields(self.uses.root(steps[0], "fielded" if len(steps) > 1 else how), steps[1:])

    def _of_data(self, name: str, line: int, how: str) -> Value:
        if name.startswith("root.") and self.uses:
            top = Scope(self.uses)
            return top._of_path(name.removeprefix("root."), line, how)
        scope: Scope | None = self
        while scope is not None and not scope.is_loop:
            scope = scope.parent
        found = {"index": "loop.index0", "first": "loop.first", "last": "loop.last"}
        if scope is not None and name in found:
            return Value(found[name], {"type": "boolean" if name != "index" else "integer"})
        if scope is not None and name == "key":
            return Value(scope.key or "loop.index0")
        raise Untranslatable(line, f"@{name} has no counterpart here.")


def _steps(rest: str, path: str, line: int) -> list[str]:
    steps = [found[1] or found[2] for found in _STEP.finditer(rest)]
    if rest and (not steps or any(step.startswith(("_", "@")) for step in steps)):
        raise Untranslatable(line, f"{path[:60]!r} cannot be read as a value.")
    return steps


def _fields(value: Value, steps: list[str]) -> Value:
    for step in steps:
        value = value.field(step)
    return value
