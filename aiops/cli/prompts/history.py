"""Whether what an environment serves is in this branch's history: by its commit, else by its content."""

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal, Self

from aiops.cli.prompts.git import NoGit, git, root_of

if TYPE_CHECKING:
    from prompts.files import PromptFile

# So many commits of a prompt's own files are looked into, newest first.
_MOST: Final = 50

type Place = Literal["before", "after", "elsewhere"]


@dataclass(frozen=True, slots=True)
class History:
    """Of what is checked out."""

    root: Path

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """None where there is no git, or nothing was committed."""
        try:
            git(folder, "rev-parse", "--verify", "HEAD^{commit}")
            return cls(root_of(folder))
        except NoGit:
            return None

    def place_of(self, commit: str, version: str, prompt: "PromptFile") -> Place:
        """Of a version that the files do not hold."""
        if self._leads(commit, "HEAD"):
            return "before"
        if self._leads("HEAD", commit):
            return "after"
        if self._held(prompt, version, "HEAD"):
            return "before"
        # Of files that were not committed then: by what was committed since. Of all else its commit says enough.
        is_ahead = not _is_commit(commit) and self._held(prompt, version, "--all", "^HEAD")
        return "after" if is_ahead else "elsewhere"

    def _leads(self, earlier: str, later: str) -> bool:
        if not _is_commit(earlier) or not _is_commit(later):
            return False
        try:
            git(self.root, "merge-base", "--is-ancestor", earlier, later)
        except NoGit:
            return False
        return True

    def _held(self, prompt: "PromptFile", version: str, *among: str) -> bool:
        """A branch that was squashed brought the content in another commit than the one it was pushed from.

        `among`: HEAD, or commits of which only those count that lead on from it.
        """
        try:
            paths = [path.resolve().relative_to(self.root.resolve()).as_posix() for path in prompt.paths]
            found = git(self.root, "log", f"-{_MOST}", "--format=%H", *among, "--", *sorted(paths)).decode().split()
            fit = found if among == ("HEAD",) else [commit for commit in found if self._leads("HEAD", commit)]
            return any(self._hash_at(commit, prompt.path) == version for commit in fit)
        except (NoGit, ValueError):
            return False

    def _hash_at(self, commit: str, path: Path) -> str:
        """Empty where the file was not there, or could not be read."""
        from prompts.files import read  # noqa: PLC0415 - YAML and Jinja, which the other commands must not pay for

        file = path.resolve().relative_to(self.root.resolve())
        try:
            archive = git(self.root, "archive", "--format=tar", commit, "--", file.parent.as_posix())
        except NoGit:
            return ""
        with TemporaryDirectory(prefix="aiops-status-") as folder:
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(folder, filter=_harmless)  # noqa: S202 - what leads out is left out
            found = read([Path(folder) / file]).prompts
        return found[0].bundle.hash if found else ""


def _is_commit(name: str) -> bool:
    """Neither empty nor of files that were not committed: `4f1c…-dirty`."""
    return name == "HEAD" or (len(name) >= 40 and all(sign in "0123456789abcdef" for sign in name))


def _harmless(member: tarfile.TarInfo, into: str) -> tarfile.TarInfo | None:
    try:
        return tarfile.data_filter(member, into)
    except tarfile.FilterError:
        return None
