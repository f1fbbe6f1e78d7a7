"""Files and folders of other tools, read whole before anything is written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from prompts.exchange.draft import Draft, Options, Source
from prompts.exchange.formats import FORMATS, detect
from prompts.exchange.text import SUFFIXES
from prompts.files import SUFFIX
from prompts.files.folder import Unfit, files_below, is_inside, text_of
from prompts.files.problems import Level, Problem, error, warning
from prompts.files.yaml_text import NotYaml, read_yaml

_MOST: Final = 2_000
_TOLD: Final = 20
_OF_NONE: Final = f"it is of none of these: {', '.join(FORMATS)}"
_MEANT: Final = (SUFFIX, ".prompt.yml")
_KNOWN: Final = (".prompt", ".yaml", ".yml", ".json", *SUFFIXES)


@dataclass(slots=True)
class Read:
    """`drafts`: what can be taken over; `problems`: as in Taken."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Of folders: what is of no tool that is known.
    passed: list[Source] = field(default_factory=list)


def take(paths: Sequence[Path], format_: str, options: Options) -> Read:
    """`format_`: empty finds out by each file. Never raises."""
    read = Read()
    used: set[Path] = set()
    texts: list[Source] = []
    for path in paths:
        found = _folder(path, format_, read, texts) if path.is_dir() else _file(path, format_, read)
        for source, name in found:
            taken = FORMATS[name].read(source, options)
            read.drafts += [replace(draft, tool=name) for draft in taken.drafts]
            read.problems += taken.problems
            used |= {file.resolve() for file in taken.files}
    _texts(texts, used, read, options)
    if not read.drafts and not any(problem.level is Level.ERROR for problem in read.problems):
        read.problems += map(_passed_over, read.passed[:_TOLD])
        read.problems.append(error(paths[0], 1, 1, _nothing(read)))
    else:
        # It says whose it is, so it was meant.
        read.problems += [_passed_over(source) for source in read.passed if source.path.name.endswith(_MEANT)]
    return read


def _nothing(read: Read) -> str:
    more = len(read.passed) - _TOLD
    left = f" Of the files that were passed over {more:,} are not told." if more > 0 else ""
    return f"there is nothing here that could be taken over.{left}"


def _passed_over(source: Source) -> Problem:
    try:
        read_yaml(source.text)
    except NotYaml as fault:
        return warning(source.path, fault.mark.line, fault.mark.column, f"passed over: {fault.detail}")
    return warning(source.path, 1, 1, f"passed over: {_OF_NONE}; to take it all the same, give this file and --from.")


def _file(path: Path, format_: str, read: Read) -> Iterator[tuple[Source, str]]:
    try:
        source = Source(path, text_of(path), _root(path.parent))
    except Unfit as fault:
        read.problems.append(error(path, 1, 1, str(fault)))
        return
    if name := format_ or detect(source):
        yield source, name
    else:
        read.problems.append(error(path, 1, 1, f"{_OF_NONE}; name one with --from."))


def _folder(path: Path, format_: str, read: Read, texts: list[Source]) -> Iterator[tuple[Source, str]]:
    """Plain texts come last: they may be what another file is made of."""
    for number, file in enumerate(files_below(path)):
        if number >= _MOST:
            read.problems.append(error(file, 1, 1, f"these are more than {_MOST:,} files; give fewer folders."))
            return
        if file.suffix.lower() not in _KNOWN or _is_partial(file):
            continue
        if not is_inside(file, path):
            read.problems.append(error(file, 1, 1, f"it is a link that leads out of {path}."))
            continue
        source = _readable(file, path, read)
        name = detect(source) if source else ""
        if source and name == "text" and format_ in ("", "text"):
            texts.append(source)
        elif source and name and format_ in ("", name):
            yield source, name
        elif source and not name:
            read.passed.append(source)


def _readable(file: Path, root: Path, read: Read) -> Source | None:
    try:
        return Source(file, text_of(file), root)
    except Unfit as fault:
        # Of a folder not every file is meant.
        read.problems.append(warning(file, 1, 1, f"not looked into: {fault}"))
        return None


def _texts(texts: Iterable[Source], used: set[Path], read: Read, options: Options) -> None:
    """Beside the files of a tool they are its notes and parts, unless they are all there is."""
    left = [source for source in texts if source.path.resolve() not in used]
    if left and read.drafts:
        told = f"not taken over: {len(left)} plain text{'s' * (len(left) > 1)} such as this; --from text takes them."
        read.problems.append(warning(left[0].path, 1, 1, told))
        return
    for source in left:
        read.drafts += [replace(draft, tool="text") for draft in FORMATS["text"].read(source, options).drafts]


def _is_partial(file: Path) -> bool:
    return file.name.startswith("_") and file.suffix == ".prompt"


def _root(folder: Path) -> Path:
    """Where everything runs, if the file lies below; else its own folder."""
    here = Path.cwd()
    return here if is_inside(folder, here) else folder
