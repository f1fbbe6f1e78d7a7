"""How many calls a second the recorder brings from a journal into PostgreSQL, roll-ups included, in a whole console."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

from aiops.lib import uuid7
from bench import stack
from costs import heartbeat
from costs.journal import Journal
from costs.pricing import PriceList, cost_of
from costs.records import Finished, Opened, Outcome, PriceMatch
from costs.usage import Usage

RUNS = 5
CALLS = 50_000
MARK = 5_000
_PRICES = PriceList.parse({"input": "0.15", "cached": "0.075", "output": "0.6"})
_TENANTS = [uuid7.new() for _ in range(50)]
_FEATURES = [uuid7.new() for _ in range(5)]
_USERS = 5_000


def main() -> None:
    with stack.home() as folder, stack.running(folder, DEMO="0"):
        rates = [_calls_a_second(folder, run) for run in range(RUNS)]
    print(
        f"recorder: {median(rates):,.0f} calls a second (median of {RUNS} runs of {CALLS:,} calls,"
        f" {min(rates):,.0f} to {max(rates):,.0f}), roll-ups included; mark >= {MARK:,}"
    )


def _calls_a_second(home: Path, run: int) -> float:
    before = _beat(home).calls
    with _journal(home, f"bench-{run}") as files:
        began = datetime.now(UTC)
        # The newest first: it is the one whose lock says that its process lives.
        for file in reversed(files):
            file.rename(home / "journal" / file.name)
        while (beat := _beat(home)).calls < before + CALLS or beat.last_commit_at is None:
            time.sleep(0.05)
        return CALLS / (beat.last_commit_at - began).total_seconds()


@contextmanager
def _journal(home: Path, process_id: str) -> Iterator[list[Path]]:
    """A gateway's journal, written aside, its gateway alive."""
    aside = home / "bench"
    journal = Journal(aside, process_id)
    for number in range(CALLS):
        call = _opened(random.Random(number))  # noqa: S311 - the same calls every time
        journal.opened(call)
        journal.finished(_finished(call, random.Random(number)))  # noqa: S311
    journal.sync()
    try:
        yield sorted(aside.iterdir())
    finally:
        journal.close()


def _opened(chance: random.Random) -> Opened:
    tenant, feature, user = chance.choice(_TENANTS), chance.choice(_FEATURES), f"user-{chance.randrange(_USERS)}"
    return Opened(
        uuid7.new(), tenant, feature, user, f"session-{user}", "production", "default", "default", None,
        "gpt-4o-mini", "openai", 900, UUID(int=1), simulated=False, streamed=True,
    )  # fmt: skip


def _finished(call: Opened, chance: random.Random) -> Finished:
    usage = Usage(chance.randrange(900, 9000), chance.randrange(900), 0, chance.randrange(10, 900))
    return Finished(
        call, Outcome.OK, chance.choice(("gpt-4o-mini", "gpt-4o")), call.provider, usage, cost_of(usage, _PRICES),
        call.price_version, PriceMatch.EXACT, (), chance.randrange(200, 3000), 150, finish_reason="stop",
    )  # fmt: skip


def _beat(home: Path) -> heartbeat.Heartbeat:
    beat = heartbeat.read(home)
    if beat is None:
        raise SystemExit("The recorder does not run.")
    return beat


if __name__ == "__main__":
    main()
