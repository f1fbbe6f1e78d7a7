"""All versions of a prompt as files: a folder a version, which never changes, and line by line what became of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from prompts.bundle import BadBundle, Bundle
from prompts.exchange.checking import read_back
from prompts.exchange.writing import Unwritable, json_text, prompt_files
from prompts.files import SUFFIX
from prompts.files.folder import is_inside
from prompts.files.heading import NAME
from prompts.files.prompt_file import Outcome, read_prompt
from prompts.files.template_text import tidy
from prompts.rendering import assemble_bundle

# Of a version that prompt files cannot say: its canonical JSON, which is what its hash is of.
WHOLE: Final = "bundle.json"
_HASH: Final = 64
_SHORT: Final = 8
_OF_A_VERSION: Final = ("number", "hash", "commit", "author", "message", "pushed_at", "pushed_by")
_OF_A_PROMPT: Final = ("name", "feature", "description", "suites")


class Unfaithful(Exception):
    """What a console said does not come to the files of it; says why."""


class Content(NamedTuple):
    """`files`: by path from the folder of the export; `unsaid`: why they need WHOLE beside them, or empty; `refused`:
    why no console keeps it any more if it is pushed, or empty.
    """

    files: Mapping[str, str]
    unsaid: str = ""
    refused: str = ""


class Version(NamedTuple):
    prompt: str
    number: int
    hash: str

    @property
    def folder(self) -> str:
        """From the folder of the export."""
        return f"{self.prompt}/v{self.number:04d}-{self.hash[:_SHORT]}"


def check_name(name: str) -> None:
    """Raises Unfaithful: folders are called by it."""
    if not NAME.fullmatch(name):
        raise Unfaithful(f"the console told of a prompt called {name[:60]!r}, which no prompt can be.")


def version_of(prompt: str, row: Mapping[str, Any]) -> Version:
    """Raises Unfaithful."""
    number, hash_ = row.get("number"), row.get("hash")
    is_hash = isinstance(hash_, str) and len(hash_) == _HASH and set(hash_) <= set("0123456789abcdef")
    if type(number) is not int or number < 0 or not is_hash:
        raise Unfaithful("the console told of a version without a proper number or hash.")
    return Version(prompt, number, str(hash_))


def is_stored(out: Path, version: Version) -> bool:
    """Whether its folder is there and is read as that very content: then nobody need ask for it again."""
    folder = out / version.folder
    if not is_inside(folder, out):
        return False
    found = (read_prompt(file).prompt for file in sorted(folder.glob(f"{version.prompt}*{SUFFIX}")))
    return any(prompt is not None and prompt.bundle.hash == version.hash for prompt in found) or _is_whole(out, version)


def content_of(version: Version, data: object) -> Content:
    """Its files; where they are not read as this very version, with its bundle beside them. Raises Unfaithful."""
    try:
        bundle = Bundle.parse(data)
    except BadBundle as fault:
        raise Unfaithful(f"it is no prompt: {fault}") from fault
    if bundle.hash != version.hash:
        raise Unfaithful(f"its content is not what its hash is of; it comes to {bundle.hash[:_SHORT]}.")
    files, unsaid = _files(version.prompt, bundle)
    files = files | {WHOLE: bundle.as_json()} if unsaid else files
    refused = next(iter(assemble_bundle(bundle).refusals()), "")
    return Content({f"{version.folder}/{path}": text for path, text in files.items()}, unsaid, refused)


def prompt_card(row: Mapping[str, Any]) -> dict[str, str]:
    """What is said of the prompt as a whole, as it stands now: in a file beside its versions."""
    card = {name: row.get(name) for name in _OF_A_PROMPT}
    return {f"{row['name']}/prompt.json": json_text(card)}


def history(
    prompt: str, versions: Iterable[Mapping[str, Any]], releases: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """Both oldest first, so that what is new comes at the end."""
    told = [{name: row.get(name) for name in _OF_A_VERSION} for row in versions]
    made = [{name: value for name, value in row.items() if name != "prompt"} for row in releases]
    return {f"{prompt}/history.jsonl": _lines(told), f"{prompt}/releases.jsonl": _lines(made)}


def _is_whole(out: Path, version: Version) -> bool:
    """Whether its bundle is there, and the files beside it are as they were written."""
    file = out / version.folder / WHOLE
    with suppress(OSError, ValueError, BadBundle, Unfaithful):
        data = Bundle.from_json(file.read_text("utf-8")).as_data() if is_inside(file, out) else None
        files = content_of(version, data).files
        return all((out / path).read_bytes() == text.encode() for path, text in files.items())
    return False


def _files(prompt: str, bundle: Bundle) -> tuple[dict[str, str], str]:
    """To be read, and what they do not say."""
    try:
        files = prompt_files(prompt, bundle)
    except Unwritable as fault:
        return {}, str(fault)
    with TemporaryDirectory() as folder:
        outcome = read_back(Path(folder), files)
    if outcome.prompt is not None and outcome.prompt.bundle.hash == bundle.hash:
        return files, ""
    # A part of that name would be taken for the bundle.
    is_taken = any(path.split("/")[0].casefold() == WHOLE for path in files)
    return {} if is_taken else files, next(_unsaid(bundle, outcome))


def _unsaid(bundle: Bundle, outcome: Outcome) -> Iterator[str]:
    if outcome.prompt is None:
        yield outcome.problems[0].text
    elif unused := sorted(bundle.parts.keys() - outcome.prompt.bundle.parts.keys()):
        yield f"nobody includes {', '.join(unused[:3])}."
    elif any(tidy(text) != text for text in (*bundle.parts.values(), *(each.content for each in bundle.messages))):
        yield "files keep no spaces at the ends of lines and no blank lines at the end of a text."
    yield "its files are read as another content."


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
