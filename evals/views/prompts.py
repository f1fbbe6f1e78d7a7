"""What was changed in the prompt: messages, parts, settings, line by line. Pure."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from evals.showing import visible
from prompts.bundle import Bundle

_AROUND: Final = 3
_KINDS: Final = {"+": "new", "-": "gone", " ": "same", "@": "gap"}


@dataclass(frozen=True, slots=True)
class TextLine:
    kind: str
    text: str

    @property
    def sign(self) -> str:
        return {"new": "+", "gone": "−"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class TextDiff:
    name: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class PromptDiff:
    texts: tuple[TextDiff, ...]

    @property
    def added(self) -> int:
        return self._count("new")

    @property
    def removed(self) -> int:
        return self._count("gone")

    def _count(self, kind: str) -> int:
        return sum(line.kind == kind for text in self.texts for line in text.lines)


def diff(base: Bundle, head: Bundle) -> PromptDiff:
    before, after = _texts(base), _texts(head)
    names = dict.fromkeys((*after, *before))
    found = (TextDiff(name, tuple(_lines(before.get(name, ""), after.get(name, "")))) for name in names)
    return PromptDiff(tuple(text for text in found if text.lines))


def _texts(bundle: Bundle) -> dict[str, str]:
    """What an answer is rendered from, by name."""
    data = bundle.as_data()
    rest = {name: data[name] for name in ("model", "output", "variables")}
    return {
        "Messages": "\n".join(f"[{message.role.value}]\n{message.content}" for message in bundle.messages),
        **{f"Part {path}": text for path, text in bundle.parts.items()},
        "Settings": _spread(rest),
    }


def _spread(settings: Mapping[str, object]) -> str:
    return json.dumps(settings, indent=2, sort_keys=True, ensure_ascii=False)


def _lines(before: str, after: str) -> Iterator[TextLine]:
    found = difflib.unified_diff(visible(before).split("\n"), visible(after).split("\n"), n=_AROUND, lineterm="")
    for number, line in enumerate(found):
        # Two lines with the names of files, and one before the first hunk.
        if number > 2:
            yield TextLine(_KINDS[line[0]], "" if line[0] == "@" else line[1:])
