"""Whatever fails, in whatever order: no stop leaves a process that nobody lifted, and none is missing after a look."""

import logging

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from killswitch.scopes import Mode
from tests.killswitch.simulated import MODES, TARGETS, Process, World

processes, places = st.integers(0, 2), st.integers(0, 5)
targets, modes = st.sampled_from(TARGETS), st.sampled_from(MODES)


class Schedule(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(3)

    def of(self, place: int) -> Process:
        return self.world.processes[place]

    @rule(what=targets, mode=modes, heard_by=st.sets(processes))
    def stops(self, what: str, mode: Mode, heard_by: set[int]) -> None:
        self.world.stop(what, mode, heard_by=sorted(heard_by))

    @rule(place=places)
    def is_lifted(self, place: int) -> None:
        self.world.lift(place)

    @rule(what=targets, mode=modes, pushed=st.booleans())
    def breaks_the_glass(self, what: str, mode: Mode, pushed: bool) -> None:
        self.world.break_glass(what, mode, pushed=pushed)

    @rule()
    def is_reconciled(self) -> None:
        self.world.reconcile()

    @rule(place=places, adopts=st.booleans())
    def is_decided(self, place: int, adopts: bool) -> None:
        self.world.decide(place, adopts=adopts)

    @rule(back=st.integers(1, 4))
    def fails_over(self, back: int) -> None:
        self.world.fail_over(back)

    @rule(is_up=st.booleans())
    def database(self, is_up: bool) -> None:
        self.world.database.is_up = is_up

    @rule()
    def redis_is_flushed(self) -> None:
        self.world.flush()

    @rule(process=processes, place=places, again=st.booleans())
    def push_arrives(self, process: int, place: int, again: bool) -> None:
        self.world.deliver(self.of(process), place, again=again)

    @rule(process=processes, place=places)
    def push_is_lost(self, process: int, place: int) -> None:
        self.world.drop(self.of(process), place)

    @rule(process=processes)
    def looks_into_the_folder(self, process: int) -> None:
        self.world.look(self.of(process))

    @rule(process=processes)
    def compares(self, process: int) -> None:
        self.world.compare(self.of(process))

    @rule(process=processes, steps=st.integers(1, 3))
    def goes_on_comparing(self, process: int, steps: int) -> None:
        for _ in range(steps):
            self.world.step_compare(self.of(process))

    @rule(process=processes)
    def gives_up_comparing(self, process: int) -> None:
        self.of(process).give_up()

    @rule(process=processes)
    def restarts(self, process: int) -> None:
        self.world.restart(process)

    @rule(process=processes)
    def forks(self, process: int) -> None:
        self.world.fork(self.of(process))

    @invariant()
    def nothing_is_undone_or_lost(self) -> None:
        self.world.check()
        assert (self.world.undone, self.world.lost) == (0, 0)

    def teardown(self) -> None:
        self.world.settle()
        self.world.check()
        assert (self.world.undone, self.world.lost) == (0, 0)
        assert self.world.is_settled()
        for process in self.world.processes:
            process.give_up()


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def test_no_schedule_of_faults_undoes_or_loses_a_stop(quiet: None) -> None:
    checks = list(HealthCheck)
    run_state_machine_as_test(
        Schedule,
        settings=settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=checks),
    )
