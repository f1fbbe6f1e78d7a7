"""What a command reads of a prompt: the files, a version, or what an environment serves."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from aiops.cli.failing import fail
from aiops.cli.plain import plain, plain_line

if TYPE_CHECKING:
    from aiops.cli.remote import Console
    from prompts.bundle import Bundle
    from prompts.files import PromptFile, Reading

# `v17`, or a hash or the beginning of one: everything else is an environment.
_VERSION: Final = re.compile(r"v\d{1,8}|[0-9a-f]{8,64}")


class Side(NamedTuple):
    label: str
    bundle: "Bundle"


def from_files(name: str, path: Path) -> Side:
    from prompts.files import read  # noqa: PLC0415 - YAML and Jinja, which the other commands must not pay for

    return Side("files", find_file(read([path]), name).bundle)


def find_file(reading: "Reading", name: str) -> "PromptFile":
    """Ends the command when there is not just one of that name."""
    from prompts.bundle.faults import hint  # noqa: PLC0415 - as above

    found = [prompt for prompt in reading.prompts if prompt.name == name]
    if len(found) == 1:
        return found[0]
    errors = [str(problem) for problem in reading.problems if problem.level == "error"]
    known = (prompt.name for prompt in reading.prompts)
    told = (
        f"{len(found)} prompts are called {name!r}." if found else f"there is no prompt {name!r}; {hint(name, known)}"
    )
    fail(plain("\n".join([told, *errors])))


def is_version(word: str) -> bool:
    return _VERSION.fullmatch(word) is not None


def named(console: "Console", name: str, word: str) -> Side:
    """A version, or what an environment serves."""
    return version_of(console, name, word) if is_version(word) else served_in(console, name, word)


def version_of(console: "Console", name: str, word: str) -> Side:
    found = console.get(f"prompts/{quote(name, safe='')}/versions/{quote(word, safe='')}/")
    return Side(plain_line(found["label"]), _bundle(found["bundle"]))


def served_in(console: "Console", name: str, environment: str) -> Side:
    found = console.get(f"prompts/{quote(name, safe='')}/", environment=environment)
    return Side(plain_line(f"{environment} ({found['label']})"), _bundle(found["bundle"]))


def _bundle(data: object) -> "Bundle":
    from prompts.bundle import BadBundle, Bundle  # noqa: PLC0415 - as above

    try:
        return Bundle.parse(data)
    except BadBundle as fault:
        fail(plain(f"The console holds a version that this command cannot read; is it older? {fault}"))
