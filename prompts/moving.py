"""Which parts only go by another name in the other version. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

# Of the larger one's lines, blank ones aside; fewer are another text.
_LEAST: Final = 0.6


class Pair(NamedTuple):
    """One text in both versions, empty where it is not there. `was`: what it was called, where that was otherwise."""

    name: str
    was: str
    before: str
    after: str


def pairs(before: Mapping[str, str], after: Mapping[str, str]) -> list[Pair]:
    """Of texts by name: those of `after` in their order, then what is gone."""
    gone = {name: text for name, text in before.items() if name not in after}
    was = moved(gone, {name: text for name, text in after.items() if name not in before})
    found = [Pair(name, was.get(name, ""), before.get(was.get(name, name), ""), text) for name, text in after.items()]
    return [*found, *(Pair(name, "", text, "") for name, text in gone.items() if name not in was.values())]


def moved(gone: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """What the new ones were called: the most alike first, each once."""
    found: dict[str, str] = {}
    for _, old, name in sorted(_alike(gone, new)):
        if name not in found and old not in found.values():
            found[name] = old
    return found


def _alike(gone: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[float, str, str]]:
    before = {name: _lines(text) for name, text in gone.items()}
    having = defaultdict(list)
    for old, lines in before.items():
        for line in lines:
            having[line].append(old)
    for name, text in new.items():
        after = _lines(text)
        # Through the lines that they share: a hundred parts that all moved are a push's to wait for.
        common: Counter[str] = Counter()
        for line, count in after.items():
            for old in having[line]:
                common[old] += min(count, before[old][line])
        for old, same in common.items():
            share = same / max(before[old].total(), after.total())
            if share >= _LEAST:
                yield (-2.0 if gone[old] == text else -share), old, name


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())
