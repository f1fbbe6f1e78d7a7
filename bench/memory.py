"""Memory of the whole embedded stack at rest, two gateways: PSS of every process, summed."""

import time
from pathlib import Path

from bench import stack

SETTLE_SECONDS = 10


def main() -> None:
    with stack.home() as folder, stack.running(folder, AIOPS_GATEWAYS="2") as running:
        time.sleep(SETTLE_SECONDS)
        rows = {name: sum(map(pss, processes(name, pids))) for name, pids in running.run["pids"].items()}
    for name, megabytes in sorted(rows.items(), key=lambda row: -row[1]):
        print(f"{name:<12} {megabytes:6.0f} MB")
    print(f"{'total':<12} {sum(rows.values()):6.0f} MB (mark: 900 MB)")


def processes(name: str, pids: list[int]) -> set[int]:
    """These and all their descendants; the supervisor's are counted under their own names."""
    found = set(pids)
    if name == "supervisor":
        return found
    parents = {int(stat.parent.name): _parent(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def pss(pid: int) -> float:
    """Proportional set size in MB: shared pages are counted once over all who share them."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


if __name__ == "__main__":
    main()
