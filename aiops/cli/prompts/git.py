"""What git knows of a folder; where there is no git, nothing."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

DIRTY: Final = "-dirty"
NOTHING: Final = {"commit": "", "author": "", "message": ""}
_FIELDS: Final = "--format=%H%x00%an%x00%s"


class NoGit(Exception):
    """git is not there, or refuses: in its own words."""


def git(folder: Path, *arguments: str) -> bytes:
    """What the command prints. Raises NoGit."""
    # Only reads: no lock that a commit beside it would meet.
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=environment)  # noqa: S603 - arguments of our own
    except OSError as fault:
        raise NoGit(f"git cannot be run ({fault.strerror}).") from fault
    if done.returncode:
        raise NoGit(done.stderr.decode(errors="replace").strip() or f"git ended with {done.returncode}.")
    return done.stdout


def origin_of(folder: Path, commit: str) -> dict[str, str]:
    """Commit, author and message, as the console keeps them with a version. Raises NoGit."""
    found = git(folder, "log", "-1", _FIELDS, commit, "--").decode(errors="replace").strip("\n").split("\0")
    most = {"commit": 64, "author": 200, "message": 500}
    return {name: text[: most[name]] for name, text in zip(most, found, strict=True)}


def source_of(folders: Sequence[Path]) -> str:
    """`support-app:prompts`: the repository and the folders in it; nothing where there is no git, or several."""
    try:
        root = root_of(folders[0])
        steps = sorted(folder.resolve().relative_to(root.resolve()).as_posix() for folder in folders)
    except (NoGit, ValueError):
        return ""
    return f"{_repository(root)}:{', '.join(dict.fromkeys(steps))}"[:200]


def root_of(folder: Path) -> Path:
    """Of the repository that it lies in. Raises NoGit."""
    return Path(git(folder, "rev-parse", "--show-toplevel").decode(errors="replace").strip("\n"))


def _repository(root: Path) -> str:
    """By the last step of its address, which holds no password; else by its folder."""
    try:
        address = git(root, "remote", "get-url", "origin").decode(errors="replace").strip()
    except NoGit:
        address = ""
    steps = re.split(r"[/:\\]", address.partition("?")[0].rstrip("/").removesuffix(".git"))
    return steps[-1].rpartition("@")[2] or root.name


def here(folder: Path, paths: Sequence[Path]) -> dict[str, str]:
    """Of what is checked out; marked as by `git describe --dirty` when a path is not as the commit has it."""
    try:
        origin = origin_of(folder, "HEAD")
        named = [os.path.abspath(path) for path in paths]
        changed = git(folder, "status", "--porcelain", "--", *named) if named else b""
    except NoGit:
        return dict(NOTHING)
    return origin | {"commit": f"{origin['commit']}{DIRTY}"} if changed.strip() else origin
