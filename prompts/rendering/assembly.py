"""Whether the templates of a bundle fit together: parts, cycles, nested loops, variables."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple

from prompts.bundle import Bundle
from prompts.bundle.faults import hint
from prompts.rendering.language import Source, read_template
from prompts.rendering.meter import LONGEST_OUTPUT
from prompts.rules import Rule

DEEPEST_LOOPS: Final = 3
_MOST_INCLUSIONS: Final = 500


class TemplateFault(NamedTuple):
    """`source`: `messages[0]` or the path of a part; `token`: what the line shows of it."""

    source: str
    line: int
    token: str
    detail: str
    rule: Rule


class _Size(NamedTuple):
    """Of a template with everything that it includes."""

    characters: int
    inclusions: int
    loops: int


@dataclass(frozen=True, slots=True)
class Assembly:
    """The templates by name, messages first; `sizes` in characters, parts and all, none when there are faults.

    `hopeless`: where every rendering is refused that comes there. No fault of versions that are kept: whoever never
    comes there is served them.
    """

    sources: Mapping[str, Source]
    faults: tuple[TemplateFault, ...]
    used: frozenset[str]
    sizes: Mapping[str, int]
    hopeless: tuple[TemplateFault, ...] = ()

    def refusals(self) -> list[str]:
        """Why a console does not keep it, place by place; what it kept before such things were looked at, stays."""
        return [f"{source}, line {line}: {detail}" for source, line, _, detail, _ in (*self.faults, *self.hopeless)]


def assemble(
    messages: Mapping[str, str],
    parts: Mapping[str, str],
    variables: Collection[str],
    *,
    read: Callable[[str], Source] = read_template,
) -> Assembly:
    """Of templates by name, and the names of the variables that are declared; `read` may remember what it has read."""
    sources = {name: read(text) for name, text in {**messages, **parts}.items()}
    broken = [*_wrongs(sources), *_missing(sources, parts), *_cycles(sources)]
    sizes: dict[str, _Size] = {}
    for name in () if broken else sources:
        _measure(name, sources, sizes)
    faults = [*broken, *_excesses(messages, sizes), *_undeclared(sources, variables)]
    used = frozenset(name for source in sources.values() for name in source.names)
    hopeless = tuple(TemplateFault(name, *each) for name, source in sources.items() for each in source.hopeless)
    return Assembly(sources, tuple(faults), used, {name: size.characters for name, size in sizes.items()}, hopeless)


def assemble_bundle(bundle: Bundle, *, read: Callable[[str], Source] = read_template) -> Assembly:
    messages = {f"messages[{index}]": each.content for index, each in enumerate(bundle.messages)}
    return assemble(messages, bundle.parts, bundle.variables, read=read)


def _wrongs(sources: Mapping[str, Source]) -> Iterator[TemplateFault]:
    for name, source in sources.items():
        yield from (TemplateFault(name, *wrong) for wrong in source.wrongs)


def _missing(sources: Mapping[str, Source], parts: Mapping[str, str]) -> Iterator[TemplateFault]:
    for name, source in sources.items():
        for path, line, _ in source.inclusions:
            if path not in parts:
                yield TemplateFault(
                    name, line, path, f"there is no part {path!r}; {hint(path, parts)}", Rule.MISSING_PART
                )


def _cycles(sources: Mapping[str, Source]) -> list[TemplateFault]:
    """Each cycle once, told where it closes."""
    faults: list[TemplateFault] = []
    done: set[str] = set()
    for name in sources:
        _follow(name, (), sources, done, faults)
    return faults


def _follow(
    name: str, above: tuple[str, ...], sources: Mapping[str, Source], done: set[str], faults: list[TemplateFault]
) -> None:
    if name in done:
        return
    for path, line, _ in sources[name].inclusions:
        chain = (*above, name)
        if path in chain:
            cycle = " → ".join((*chain[chain.index(path) :], path))
            told = f"parts include each other: {cycle}."
            faults.append(TemplateFault(name, line, path, told, Rule.CYCLIC_INCLUDE))
        elif path in sources:
            _follow(path, chain, sources, done, faults)
    done.add(name)


def _measure(name: str, sources: Mapping[str, Source], sizes: dict[str, _Size]) -> _Size:
    if name not in sizes:
        source = sources[name]
        own = _Size(len(source.text), 0, source.loops)
        inner = [(_measure(path, sources, sizes), loops) for path, _, loops in source.inclusions]
        sizes[name] = reduce(_with, inner, own)
    return sizes[name]


def _with(whole: _Size, part: tuple[_Size, int]) -> _Size:
    size, loops = part
    return _Size(
        whole.characters + size.characters,
        whole.inclusions + size.inclusions + 1,
        max(whole.loops, loops + size.loops),
    )


def _excesses(messages: Mapping[str, str], sizes: Mapping[str, _Size]) -> Iterator[TemplateFault]:
    for name in messages if sizes else ():
        size = sizes[name]
        if size.loops > DEEPEST_LOOPS:
            detail = f"loops may be nested {DEEPEST_LOOPS} deep, not {size.loops}."
            yield TemplateFault(name, 1, "", detail, Rule.TOO_LARGE)
        if size.inclusions > _MOST_INCLUSIONS:
            detail = f"{size.inclusions:,} parts are included; {_MOST_INCLUSIONS} may be."
            yield TemplateFault(name, 1, "", detail, Rule.TOO_LARGE)
        if size.characters > LONGEST_OUTPUT:
            detail = f"with its parts it has {size.characters:,} characters; {LONGEST_OUTPUT:,} are the most."
            yield TemplateFault(name, 1, "", detail, Rule.TOO_LARGE)


def _undeclared(sources: Mapping[str, Source], variables: Collection[str]) -> Iterator[TemplateFault]:
    """A part also sees what those who include it set, such as a loop's variable."""
    around = _around(sources)
    for name, source in sources.items():
        for word, line in source.names.items():
            if word not in variables and word not in around[name]:
                detail = f"there is no variable {word!r}; {hint(word, variables)}"
                yield TemplateFault(name, line, word, detail, Rule.UNDECLARED_VARIABLE)


def _around(sources: Mapping[str, Source]) -> Mapping[str, frozenset[str]]:
    """By template: what everybody sets who includes it, directly or through others."""
    around: dict[str, frozenset[str]] = dict.fromkeys(sources, frozenset())
    for _ in range(len(sources)):
        before = dict(around)
        for name, source in sources.items():
            for path in (each.path for each in source.inclusions if each.path in sources):
                around[path] |= around[name] | source.own
        if around == before:
            break
    return around
