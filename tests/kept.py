"""What is dear to make is made once and left to the next run, in folders of the repository that git ignores."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(kept: Path) -> Iterator[None]:
    """One worker makes it; the others wait."""
    kept.mkdir(exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
