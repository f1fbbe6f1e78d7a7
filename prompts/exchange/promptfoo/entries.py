"""What stands under `prompts:`, brought to texts with their places."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from prompts.exchange.draft import Notes, Source
from prompts.files.folder import Unfit, is_inside, text_of
from prompts.files.yaml_text import Document

_TEXTS: Final = frozenset({".txt", ".md", ".j2"})
_CHATS: Final = frozenset({".json", ".yaml", ".yml"})
_CODE: Final = frozenset({".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py", ".rb", ".go", ".sh"})
_ELSEWHERE: Final = ("exec:", "langfuse://", "helicone://", "portkey://", "http://", "https://", "package:", "python:")
_BETWEEN: Final = "\n---\n"
_MOST: Final = 500
_READ: Final = frozenset({"id", "label", "raw", "display"})


class Entry(NamedTuple):
    """`is_chat`: a file that can only be a list of messages; `at`: where the configuration names it."""

    text: str
    path: Path
    line: int
    name: str
    at: int
    is_chat: bool = False


def entries(source: Source, document: Document, notes: Notes) -> Iterator[Entry]:
    said = document.data["prompts"]
    if isinstance(said, dict):
        # Paths with their labels, as older configurations have it.
        for path, label in said.items():
            yield from _of_text(source, str(path), str(label), document.at(("prompts", path)).line, notes)
        return
    for index, each in enumerate(said if isinstance(said, list) else [said]):
        place = ("prompts", index) if isinstance(said, list) else ("prompts",)
        yield from _entry(source, each, document, place, notes)


def _entry(
    source: Source, said: Any, document: Document, place: tuple[str | int, ...], notes: Notes
) -> Iterator[Entry]:
    line = document.at(place).line
    if isinstance(said, str):
        yield from _of_text(source, said, "", line, notes, document.within(place, 1, 1).line)
    elif isinstance(said, dict):
        notes.leave_out(line, [str(key) for key in said if key not in _READ], "prompts.")
        name = str(said.get("label") or said.get("display") or "")
        if isinstance(said.get("raw"), str):
            begin = document.within((*place, "raw"), 1, 1).line
            yield Entry(said["raw"], source.path, begin, name or str(said.get("id") or ""), line)
        elif isinstance(said.get("id"), str):
            yield from _of_text(source, said["id"], name, line, notes)
        else:
            notes.refuse(line, "a prompt has raw text, or an id that is a file.")
    else:
        notes.refuse(line, "a prompt is a text, a file, or an object with id or raw.")


def _of_text(
    source: Source, said: str, name: str, line: int, notes: Notes, begin: int | None = None
) -> Iterator[Entry]:
    if said.startswith(_ELSEWHERE):
        notes.refuse(line, f"{said[:80]!r} is made by a program or kept elsewhere; write down the text it gives.")
    elif said.startswith("file://") or _is_file(source, said):
        yield from _of_files(source, said.removeprefix("file://"), name, line, notes)
    else:
        yield Entry(said, source.path, begin or line, name, line)


def _is_file(source: Source, said: str) -> bool:
    """promptfoo takes what looks like a path for one."""
    if "\n" in said or len(said) > 200 or "{{" in said:
        return False
    known = _TEXTS | _CHATS | _CODE
    return any(said.endswith(suffix) or f"{suffix}:" in said for suffix in known) and " " not in said.strip()


def _of_files(source: Source, said: str, name: str, line: int, notes: Notes) -> Iterator[Entry]:
    if any(f"{suffix}:" in said or said.endswith(suffix) for suffix in _CODE):
        notes.refuse(line, f"{said[:80]!r} is a program that makes a prompt; write down the text it gives.")
        return
    found = _found(source, said, line, notes)
    if not found:
        notes.refuse(line, f"there is no file {said[:80]!r}.")
    for file in found:
        try:
            yield from _of_file(file, name, line, text_of(file), notes)
        except Unfit as fault:
            notes.refuse(line, f"{file.name}: {fault}")


def _found(source: Source, said: str, line: int, notes: Notes) -> list[Path]:
    folder = source.path.parent
    if Path(said).is_absolute():
        found = [Path(said)]
    elif any(sign in said for sign in "*?["):
        found = sorted(file for file in islice(folder.glob(said), _MOST) if file.is_file())
    else:
        found = [folder / said]
    within = [file for file in found if is_inside(file, source.root)]
    if len(within) < len(found):
        notes.refuse(line, f"{said[:80]!r} leads out of {source.root}; run the command where all files are below.")
        return within or [source.path]
    return [file for file in within if file.exists()]


def _of_file(file: Path, name: str, line: int, text: str, notes: Notes) -> Iterator[Entry]:
    if file == notes.path:
        return
    if file.suffix in _CHATS:
        yield Entry(text, file, 1, name or file.stem, line, is_chat=True)
    elif file.suffix in _TEXTS:
        yield from _of_plain(file, name or file.stem, line, text)
    else:
        notes.refuse(line, f"{file.name}: prompts are taken from {', '.join(sorted(_TEXTS | _CHATS))}.")


def _of_plain(file: Path, name: str, line: int, text: str) -> Iterator[Entry]:
    """Several to a file, with --- between them."""
    begin = 1
    parts = []
    for each in text.split(_BETWEEN):
        if bare := each.strip():
            parts.append((bare, begin + each[: len(each) - len(each.lstrip())].count("\n")))
        begin += each.count("\n") + _BETWEEN.count("\n")
    for number, (bare, at) in enumerate(parts, start=1):
        yield Entry(bare, file, at, f"{name}-{number}" if len(parts) > 1 else name, line)


def sample_variables(data: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], bool]:
    """Of the tests that stand in the configuration; and whether those are all there are."""
    tests = data.get("tests")
    listed = tests if isinstance(tests, list) else []
    default = data.get("defaultTest")
    common = default.get("vars") if isinstance(default, dict) else None
    base = common if isinstance(common, dict) else {}
    found: list[Mapping[str, Any]] = [
        {**base, **(each["vars"] if isinstance(each.get("vars"), dict) else {})}
        for each in listed
        if isinstance(each, dict)
    ]
    whole = isinstance(tests, list) and len(found) == len(listed) and "scenarios" not in data
    return found or ([base] if base else []), whole and bool(found)
