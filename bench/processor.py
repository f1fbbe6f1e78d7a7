"""How much of the processor processes have used: other work on the machine makes it hardly more."""

import os
from collections.abc import Iterable
from pathlib import Path


def seconds(pids: Iterable[int]) -> float:
    return sum(map(_of, pids))


def _of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
