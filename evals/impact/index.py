"""Parts, by their paths and their texts, and the versions that hold them. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple
from uuid import UUID

# So much of a text's SHA-256 names it.
SHORT: Final = 16
_PRODUCTION: Final = "production"


class Passage(NamedTuple):
    """A part as one version has it: its path, and what names its text; `tokens` of its own, about."""

    path: str
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Held:
    """A version with its parts. `environments`: that serve it, production first."""

    prompt: UUID
    version: UUID
    hash: str
    pushed_at: datetime
    environments: tuple[str, ...]
    is_newest: bool
    passages: tuple[Passage, ...]

    @property
    def is_current(self) -> bool:
        """Served somewhere, or the newest; others are there because they were called of late."""
        return self.is_newest or bool(self.environments)

    def text_of(self, path: str) -> str | None:
        return next((each.text for each in self.passages if each.path == path), None)


@dataclass(frozen=True)
class Part:
    """One part of some prompts: one path, and texts that these prompts have in common.

    A path that other prompts have too, with texts that none of these ever had, is another part: they were written in
    another folder. `also`: other paths under which its text stands.
    """

    path: str
    held: tuple[Held, ...]
    also: tuple[str, ...] = ()
    has_namesakes: bool = False
    _sizes: Mapping[str, int] = field(default_factory=dict, repr=False)

    @cached_property
    def current(self) -> tuple[Held, ...]:
        return tuple(each for each in self.held if each.is_current)

    @cached_property
    def prompts(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys(each.prompt for each in self.current))

    @cached_property
    def environments(self) -> tuple[str, ...]:
        """Production first."""
        found = {name for each in self.current for name in each.environments}
        return tuple(sorted(found, key=lambda name: (name != _PRODUCTION, name)))

    @cached_property
    def carriers(self) -> frozenset[str]:
        """Hashes of the versions that carry it, in whatever text."""
        return frozenset(each.hash for each in self.held)

    @cached_property
    def text(self) -> str:
        """The one that most prompts serve; of equals, what was pushed last."""
        serving = Counter(
            text for text, _ in {(self._text(each), each.prompt) for each in self.current if each.environments}
        )
        last = {self._text(each): each.pushed_at for each in sorted(self.current, key=lambda each: each.pushed_at)}
        return max(last, key=lambda text: (serving[text], last[text], text))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All that are served or newest, this one first."""
        return tuple(dict.fromkeys([self.text, *(self._text(each) for each in self.current)]))

    @cached_property
    def others(self) -> tuple[UUID, ...]:
        """Prompts that serve another text of it, or whose newest version has one."""
        return tuple(dict.fromkeys(each.prompt for each in self.current if self._text(each) != self.text))

    @property
    def tokens(self) -> int:
        return self._sizes[self.text]

    def holder(self, text: str) -> Held:
        return next(each for each in self.current if self._text(each) == text)

    def _text(self, held: Held) -> str:
        return held.text_of(self.path) or ""


def index(held: Iterable[Held]) -> tuple[Part, ...]:
    """Every part of what is served or newest, in the order of paths."""
    by_path: defaultdict[str, list[tuple[Held, Passage]]] = defaultdict(list)
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for each in held:
        for passage in each.passages:
            by_path[passage.path].append((each, passage))
            if each.is_current:
                paths[passage.text].add(passage.path)
    return tuple(part for path in sorted(by_path) for part in _parts(path, by_path[path], paths))


def _parts(path: str, found: Sequence[tuple[Held, Passage]], paths: Mapping[str, set[str]]) -> Iterator[Part]:
    sizes = {passage.text: passage.tokens for _, passage in found}
    groups = [group for group in _groups(found) if any(each.is_current for each in group)]
    for group in groups:
        texts = {text for each in group if each.is_current and (text := each.text_of(path))}
        also = sorted({other for text in texts for other in paths[text]} - {path})
        yield Part(path, tuple(group), tuple(also), len(groups) > 1, sizes)


def _groups(found: Sequence[tuple[Held, Passage]]) -> list[list[Held]]:
    """Together is what one prompt had, and what has one text."""
    leaders: dict[object, object] = {}

    def leader(of: object) -> object:
        while (above := leaders.setdefault(of, of)) != of:
            of = above
        return of

    for held, passage in found:
        leaders[leader(held.prompt)] = leader(passage.text)
    groups: defaultdict[object, list[Held]] = defaultdict(list)
    for held, _ in found:
        groups[leader(held.prompt)].append(held)
    return list(groups.values())
