"""How to run PostgreSQL, which refuses root, when root is who we are: no new user, no opened folders."""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiops.embedded.errors import CannotStart

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Guise:
    """Put `prefix` before the command; the data folder must belong to `owner`."""

    prefix: tuple[str, ...]
    owner: int


# Nobody inside, root outside: files stay root's, and a home of mode 0700 stays reachable.
NAMESPACE = Guise(("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}"), owner=0)
# For containers that forbid user namespaces. One capability is kept, to pass through folders of mode 0700.
KEPT_CAPABILITY = Guise(
    (
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--bounding-set=-all,+dac_override",
    ),
    owner=NOBODY,
)


@cache
def guise() -> Guise:
    if os.geteuid() != 0:
        return Guise((), owner=os.geteuid())
    for candidate in (NAMESPACE, KEPT_CAPABILITY):
        if _works(candidate):
            return candidate
    raise CannotStart(
        "PostgreSQL refuses to run as root, and this machine lets root neither make a user namespace (unshare) "
        "nor become nobody (setpriv). Run as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours."
    )


def give_to_owner(folder: Path, owner: int) -> None:
    """Hand the folder over if it is somebody else's, as after a move to a machine with other privileges."""
    if os.geteuid() != 0 or folder.stat().st_uid == owner:
        return
    for parent, _, files in os.walk(folder):
        os.chown(parent, owner, owner)
        for name in files:
            os.chown(Path(parent) / name, owner, owner, follow_symlinks=False)


def _works(candidate: Guise) -> bool:
    try:
        trial = subprocess.run([*candidate.prefix, "true"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0
