"""The repository as it is, and as it was where this change branched off."""

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aiops.cli.evals.asking import Failed
from aiops.cli.evals.exits import USAGE
from aiops.cli.prompts.git import NoGit, git, here, origin_of


@dataclass(frozen=True, slots=True)
class Repository:
    """`base`: the newest commit that the reference and HEAD have in common. Everything here raises Failed."""

    root: Path
    base: str

    @classmethod
    def at(cls, folder: Path, reference: str) -> Self:
        root = Path(_said(folder, "rev-parse", "--show-toplevel"))
        try:
            wanted = _said(root, "rev-parse", "--verify", "--end-of-options", f"{reference}^{{commit}}")
        except Failed:
            raise Failed(f"git knows no commit {reference!r}. Is it fetched?", USAGE) from None
        try:
            return cls(root, _said(root, "merge-base", wanted, "HEAD"))
        except Failed:
            told = f"{reference} and HEAD have no commit in common here. Fetch the whole history (fetch-depth: 0)."
            raise Failed(told, USAGE) from None

    def origin_of_base(self) -> dict[str, str]:
        try:
            return origin_of(self.root, self.base)
        except NoGit as fault:
            raise Failed(str(fault), USAGE) from fault

    def origin_of_head(self, paths: Sequence[Path]) -> dict[str, str]:
        return here(self.root, paths)

    def unpack_base(self, path: Path, into: Path) -> Path:
        """A folder or file as the base has it; where it was, if it was there."""
        relative = self._relative(path)
        if _holds(self.root, self.base, relative):
            archive = _output(self.root, "archive", "--format=tar", self.base, "--", relative)
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(into, filter=_harmless)  # noqa: S202 - what leads out is left out
        return into / relative

    def changed(self, path: Path) -> list[Path]:
        """Files there that are not as the base has them, or are new or gone, from the root of the repository."""
        relative = self._relative(path)
        changed = _output(self.root, "diff", "--name-only", "--no-renames", "-z", self.base, "--", relative)
        new = _output(self.root, "ls-files", "--others", "--exclude-standard", "-z", "--", relative)
        names = {name for name in (changed + new).decode(errors="surrogateescape").split("\0") if name}
        return [Path(name) for name in sorted(names)]

    def _relative(self, path: Path) -> str:
        whole = path.absolute()
        # By its own name if possible: what a link leads to is another path in git.
        for found in (whole, whole.resolve()):
            if found.is_relative_to(self.root):
                return found.relative_to(self.root).as_posix()
        raise Failed(f"{path} is outside the repository {self.root}.", USAGE)


def _harmless(member: tarfile.TarInfo, into: str) -> tarfile.TarInfo | None:
    """A link that leads out is left out: nobody may read through it either."""
    try:
        return tarfile.data_filter(member, into)
    except tarfile.FilterError:
        return None


def _holds(root: Path, commit: str, path: str) -> bool:
    # Of the root itself, "." lists everything.
    return bool(_output(root, "ls-tree", "--name-only", commit, "--", path))


def _said(folder: Path, *arguments: str) -> str:
    return _output(folder, *arguments).decode(errors="replace").strip("\n")


def _output(folder: Path, *arguments: str) -> bytes:
    try:
        return git(folder, *arguments)
    except NoGit as fault:
        raise Failed(str(fault), USAGE) from fault
