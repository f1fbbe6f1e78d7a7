"""A JavaScript pattern (without flags) as a Python one that finds the same in a text of UTF-16 units."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from evals.scoring.printing import SPACE, units

_QUANTIFIER: Final = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
_GROUP: Final = re.compile(r"\((?!\?)|\(\?(?::|=|!|<=|<!|<([A-Za-z_$][\w$]*)>)")
_HEX: Final = re.compile(r"x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}")
_NO_LINE_END: Final = r"[^\n\r\u2028\u2029]"
# The other end of SPACE, for use inside a class.
_NO_SPACE: Final = (
    r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff"
    r"\u3001-\ufefe\uff00-\U0010ffff"
)
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": SPACE, "S": _NO_SPACE}
_ALSO_CLASSES: Final = {"D": r"\x00-/:-\U0010ffff", "W": r"\x00-/:-@\[-\^`{-\U0010ffff"}
_CONTROLS: Final = frozenset("nrtvf")


class Invalid(Exception):
    """JavaScript refuses the pattern."""


class Unknown(Exception):
    """JavaScript takes the pattern; we have no equal of it."""


def translated(pattern: str) -> str:
    """For `re.compile` without flags. Raises Invalid, Unknown."""
    return _Translation(units(pattern)).run()


@dataclass(slots=True)
class _Translation:
    pattern: str
    at: int = 0
    can_repeat: bool = False

    def run(self) -> str:
        made = []
        while self.at < len(self.pattern):
            made.append(self._next())
        return "".join(made)

    def _next(self) -> str:
        quantifier = _QUANTIFIER.match(self.pattern, self.at)
        if quantifier:
            return self._quantifier(quantifier[0])
        sign = self.pattern[self.at]
        read: Callable[[], str] | None = {"\\": self._escape, "[": self._class, "(": self._group}.get(sign)
        if read:
            return read()
        self.at += 1
        self.can_repeat = sign not in "^$|"
        return {"^": r"\A", "$": r"\Z", ".": _NO_LINE_END, "|": "|", ")": ")"}.get(sign) or re.escape(sign)

    def _quantifier(self, text: str) -> str:
        if not self.can_repeat:
            raise Invalid("there is nothing to repeat.")
        self.at += len(text)
        self.can_repeat = False
        if self.pattern.startswith("?", self.at):
            self.at += 1
            return f"{text}?"
        return text

    def _group(self) -> str:
        found = _GROUP.match(self.pattern, self.at)
        if found is None:
            raise Invalid("it has a group of an unknown kind.")
        self.at = found.end()
        self.can_repeat = False
        return f"(?P<{found[1]}>" if found[1] else found[0]

    def _escape(self) -> str:
        self.can_repeat = True
        sign = self._escaped()
        if sign in "bB":
            self.can_repeat = False
            # Python's own \B is wrong about the empty text.
            return r"(?a:\b)" if sign == "b" else r"(?!(?a:\b))"
        if sign in _CLASSES | _ALSO_CLASSES:
            return f"[{(_CLASSES | _ALSO_CLASSES)[sign]}]"
        if sign in "123456789":
            return self._back(sign)
        name = re.compile(r"<([A-Za-z_$][\w$]*)>").match(self.pattern, self.at) if sign == "k" else None
        if name and f"(?<{name[1]}>" in self.pattern:
            self.at = name.end()
            return f"(?({name[1]})(?P={name[1]}))"
        return self._character(sign)

    def _back(self, digit: str) -> str:
        """A group that took no part matches nothing, which Python would call a mismatch."""
        if self.pattern[self.at : self.at + 1].isdigit() or int(digit) > len(_groups(self.pattern)):
            raise Unknown(f"\\{digit} refers to no group.")
        return rf"(?({digit})(?:\{digit}))"

    def _escaped(self) -> str:
        """The character behind the backslash; the place is behind it."""
        if self.at + 1 >= len(self.pattern):
            raise Invalid("it ends in a backslash.")
        self.at += 2
        return self.pattern[self.at - 1]

    def _character(self, sign: str) -> str:
        """Of an escape that stands for one character, inside a class or outside."""
        code = _HEX.match(self.pattern, self.at - 1)
        if code:
            self.at = code.end()
            return f"\\{code[0]}"
        if sign == "c" and self.pattern[self.at : self.at + 1].isalpha():
            self.at += 1
            return rf"\x{ord(self.pattern[self.at - 1]) % 32:02x}"
        if sign == "0" and not self.pattern[self.at : self.at + 1].isdigit():
            return r"\x00"
        return f"\\{sign}" if sign in _CONTROLS else re.escape(sign)

    def _class(self) -> str:
        self.at += 1
        self.can_repeat = True
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        parts = self._members()
        if not parts:
            return r"[\s\S]" if negated else r"(?!)"
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _members(self) -> list[str]:
        made: list[str] = []
        while not self.pattern.startswith("]", self.at):
            first, is_single = self._member()
            if not self._is_range():
                made.append(first)
                continue
            self.at += 1
            last, is_single_too = self._member()
            # A dash beside `\d` is a dash.
            made.append(f"{first}-{last}" if is_single and is_single_too else rf"{first}\-{last}")
        self.at += 1
        return made

    def _is_range(self) -> bool:
        return self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in ("]", "")

    def _member(self) -> tuple[str, bool]:
        """What stands in a class, and whether it is one character."""
        if self.at >= len(self.pattern):
            raise Invalid("a class is not closed.")
        if self.pattern[self.at] != "\\":
            self.at += 1
            return re.escape(self.pattern[self.at - 1]), True
        sign = self._escaped()
        if sign in _CLASSES | _ALSO_CLASSES:
            return (_CLASSES | _ALSO_CLASSES)[sign], False
        if sign in "123456789":
            raise Unknown(f"\\{sign} in a class.")
        return (r"\x08" if sign == "b" else self._character(sign)), True


def _groups(pattern: str) -> list[str]:
    """Good enough to tell a reference from an octal number: escapes and classes are left out."""
    plain = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    return re.findall(r"\((?!\?)|\(\?<(?![=!])", plain)
