"""The kill-switch's marks: eight gateways at half of what they can do, stops made meanwhile.

KILL_STOPS: how many; KILL_STREAMS: how many answers are open when one stop cuts them. Load and provider are those of
the harness of `bench.gateway`.
"""

import os

from bench import gateway
from bench.killswitch import guarding, propagation, search, streams
from bench.killswitch.world import world

STOPS = int(os.environ.get("KILL_STOPS", "300"))
STREAMS = int(os.environ.get("KILL_STREAMS", "1000"))


def main() -> None:
    guarding.measure()
    if not (gateway.HARNESS / "bench.py").exists():
        print(f"No harness in {gateway.HARNESS}: set BENCH_HARNESS to its folder.")
        return
    with world(tenants=max(STOPS, 50) + 10) as ours:
        propagation.measure(ours, STOPS)
        streams.measure(ours, STREAMS)
        search.measure(ours)
