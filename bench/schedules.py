"""Random schedules of faults over the code by which processes keep their stops: how many stops were undone or lost."""

import logging
import random
import time
from collections.abc import Callable

from tests.killswitch.simulated import MODES, TARGETS, World

SCHEDULES, STEPS, PROCESSES = 10_000, 60, 3


def main() -> None:
    logging.disable(logging.CRITICAL)
    began = time.perf_counter()
    undone = lost = unsettled = steps = 0
    for seed in range(SCHEDULES):
        world = _run(random.Random(seed))  # noqa: S311 - the same schedules each time
        undone, lost, steps = undone + world.undone, lost + world.lost, steps + world.steps
        unsettled += not world.is_settled()
    seconds = time.perf_counter() - began
    print(f"{SCHEDULES} schedules, {steps} steps, {PROCESSES} processes each, in {seconds:.0f} s")
    print(f"stops undone: {undone}; lost: {lost}; schedules that did not settle when the faults ended: {unsettled}")
    print("mark: 0, 0 and 0")


def _run(draw: random.Random) -> World:
    world = World(PROCESSES)
    for _ in range(STEPS):
        draw.choice(_STEPS)(world, draw)
        world.check()
    world.settle()
    world.check()
    return world


def _any(world: World, draw: random.Random) -> int:
    return draw.randrange(len(world.processes))


def _database(world: World, draw: random.Random) -> None:
    world.database.is_up = draw.random() < 0.7


_STEPS: list[Callable[[World, random.Random], None]] = [
    lambda world, draw: world.stop(draw.choice(TARGETS), draw.choice(MODES)),
    lambda world, draw: world.stop(draw.choice(TARGETS), draw.choice(MODES), heard_by=[_any(world, draw)]),
    lambda world, draw: world.lift(draw.randrange(6)),
    lambda world, draw: world.break_glass(draw.choice(TARGETS), draw.choice(MODES), pushed=draw.random() < 0.5),
    lambda world, draw: world.reconcile(),
    lambda world, draw: world.decide(draw.randrange(6), adopts=draw.random() < 0.5),
    lambda world, draw: world.fail_over(draw.randint(1, 4)),
    _database,
    lambda world, draw: world.flush(),
    *2 * [lambda world, draw: world.deliver(world.processes[_any(world, draw)], draw.randrange(6), again=False)],
    lambda world, draw: world.deliver(world.processes[_any(world, draw)], draw.randrange(6), again=True),
    lambda world, draw: world.drop(world.processes[_any(world, draw)], draw.randrange(6)),
    lambda world, draw: world.look(world.processes[_any(world, draw)]),
    lambda world, draw: world.compare(world.processes[_any(world, draw)]),
    *3 * [lambda world, draw: world.step_compare(world.processes[_any(world, draw)])],
    lambda world, draw: world.processes[_any(world, draw)].give_up(),
    lambda world, draw: world.restart(_any(world, draw)),
    lambda world, draw: world.fork(world.processes[_any(world, draw)]),
]


if __name__ == "__main__":
    main()
