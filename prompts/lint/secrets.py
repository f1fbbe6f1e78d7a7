"""Keys and tokens that somebody left in a text."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

# On a line with this comment nothing is taken for a secret.
PARDON: Final = re.compile(r"not[ -]a[ -]secret", re.IGNORECASE)

_KINDS: Final = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")),
    ("an API key", re.compile(r"\b[sr]k-[A-Za-z0-9_-]{16,}")),
    ("an AWS key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a key of this console", re.compile(r"\baiops_[a-z0-9-]+_[A-Za-z0-9_-]{12,}")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})")),
    ("a Slack token", re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}")),
    ("a Google key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("a signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")),
    ("a long hexadecimal token", re.compile(r"(?<![\w-])[0-9a-fA-F]{32,}(?![\w-])")),
)
_RANDOM: Final = re.compile(r"(?<![\w/+=-])[A-Za-z0-9+/_-]{40,}={0,2}(?![\w/+=-])")
# How often the kind of letter changes: in random ones six times in ten, in wordsOfThisKind three times.
_RESTLESS: Final = 0.43
_SHOWN: Final = 4
# Every kind holds this: most texts hold none, and are done with one look.
_WORTH: Final = re.compile(r"[A-Za-z0-9_+/-]{13}|-----BEGIN")


class Secret(NamedTuple):
    """Line and column begin with 1. The secret itself is told by its first letters only."""

    line: int
    column: int
    kind: str
    beginning: str


def secrets_in(text: str) -> Iterator[Secret]:
    """At most one of a line: whoever looks there sees the others."""
    if not _WORTH.search(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if _WORTH.search(line) and not PARDON.search(line) and (found := _first(line)):
            kind, match = found
            yield Secret(number, match.start() + 1, kind, match[0][:_SHOWN])


def _first(line: str) -> tuple[str, re.Match[str]] | None:
    for kind, pattern in _KINDS:
        if match := pattern.search(line):
            return kind, match
    matches = (match for match in _RANDOM.finditer(line) if _is_random(match[0]))
    return next((("a long random token", match) for match in matches), None)


def _is_random(text: str) -> bool:
    kinds = [_kind(letter) for letter in text]
    changes = sum(one != other for one, other in pairwise(kinds))
    return {"lower", "upper", "digit"} <= set(kinds) and changes >= _RESTLESS * len(text)


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    if letter.isalpha():
        return "lower" if letter.islower() else "upper"
    return "sign"
