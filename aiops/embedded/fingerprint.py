"""Whether a step's inputs are those it last ran with, so that a second start need not repeat it or wait for it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aiops.embedded.home import write_private


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`contents` and `words` count as they are; of the files in `folders`, name, size and time of change."""

    stored: Path
    contents: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    words: tuple[str, ...] = ()

    def is_unchanged(self) -> bool:
        return self.stored.exists() and self.stored.read_text() == self._now()

    def remember(self) -> None:
        write_private(self.stored, self._now().encode())

    def _now(self) -> str:
        digest = hashlib.sha256()
        for file in self.contents:
            digest.update(file.read_bytes() if file.exists() else b"")
        for fact in (*self.words, *sorted(self._facts())):
            digest.update(f"\0{fact}".encode())
        return digest.hexdigest()

    def _facts(self) -> Iterator[str]:
        files = (file for folder in self.folders for file in folder.rglob("*") if file.is_file())
        for file in files:
            if file.suffix != ".pyc":
                known = file.stat()
                yield f"{file} {known.st_size} {known.st_mtime_ns}"
