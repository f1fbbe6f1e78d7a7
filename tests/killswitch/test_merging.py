"""What a process holds in force after pushes and reads, in whatever order they come."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killswitch.guard import NEVER_READ, ActiveStop, Read, Stops
from killswitch.scopes import EVERYTHING, InFlight, Mode, tenant_key
from killswitch.wire import from_wire, to_wire

ACME, GLOBEX = UUID(int=1), UUID(int=2)
MARK = uuid4()


def stop_of(target: str = tenant_key(ACME), **values: Any) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.", **values)


def stops(*active: ActiveStop, number: int = 1) -> Stops:
    return Read(number, MARK, {each.target: each for each in active}).as_stops()


def read(
    before: Stops, *active: ActiveStop, number: int, over: ActiveStop | None = None, mark: UUID | None = None
) -> Stops:
    """After a read of these stops that was asked about all that is known; `over` was lifted or released."""
    settled = frozenset({over.id} if over else ())
    by_target = {each.target: each for each in active}
    return before.replaced_by(Read(number, mark or uuid4(), by_target, frozenset(before.known), settled))


def test_a_newer_push_adds_a_stop_and_leaves_the_number_to_the_full_read() -> None:
    stop = stop_of()
    after = stops(number=4).with_pushed(stop, number=5)
    assert (after.find([stop.target]), after.number) == (stop, 4)


@pytest.mark.parametrize("number", [3, 4])
def test_a_push_that_is_not_newer_cannot_bring_back_a_lifted_stop(number: int) -> None:
    assert stops(number=4).with_pushed(stop_of(), number=number) == stops(number=4)


def test_what_was_pushed_is_read_even_if_no_revision_ever_tells_of_it() -> None:
    """A standby that took over without the last commit has the same revision as the snapshot."""
    pushed = stop_of()
    after = stops(number=4).with_pushed(pushed, number=5)
    assert after.mark == NEVER_READ
    taken_over = read(after, number=4, mark=MARK)
    assert (taken_over.find([pushed.target]), taken_over.held, taken_over.mark) == (pushed, {pushed.id: pushed}, MARK)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("pushed", Mode)
def test_a_push_tightens_and_never_loosens(mode: Mode, pushed: Mode) -> None:
    known = stop_of(mode=mode, in_flight=InFlight.CUT)
    after = stops(known, number=4).with_pushed(
        replace(known, mode=pushed, in_flight=InFlight.NEW_ONLY, admits=25, version=2), number=5
    )
    stop = after.by_target[known.target]
    assert (stop.mode, stop.in_flight, stop.admits) == (min(mode, pushed, key=list(Mode).index), InFlight.CUT, 0)


@given(st.lists(st.tuples(st.uuids(), st.integers(0, 9))), st.integers(0, 9))
def test_no_order_of_pushes_ever_removes_a_stop(pushes: list[tuple[UUID, int]], number: int) -> None:
    there = stop_of()
    snapshot = stops(there, number=number)
    for tenant, pushed in pushes:
        snapshot = snapshot.with_pushed(stop_of(tenant_key(tenant)), number=pushed)
    found = snapshot.find([there.target])
    assert found is not None
    assert there.id in snapshot.known


def test_a_read_that_began_before_a_push_does_not_undo_it() -> None:
    pushed = stop_of()
    after = stops(number=4).with_pushed(pushed, number=6).replaced_by(Read(5, uuid4()))
    assert after.find([pushed.target]) is pushed
    # It was not asked about yet: neither held nor current.
    assert (after.held, after.mark) == ({}, NEVER_READ)
    assert read(after, number=6, over=pushed).find([pushed.target]) is None


def test_a_read_that_began_before_a_push_does_not_loosen_what_it_tightened() -> None:
    loose = stop_of(mode=Mode.CANNED, version=1)
    pushed = replace(loose, mode=Mode.REFUSE, version=2)
    after = read(stops(loose, number=4).with_pushed(pushed, number=6), loose, number=5)
    assert after.by_target[loose.target].mode == Mode.REFUSE
    assert read(after, replace(pushed, mode=Mode.REFUSE), number=6).by_target[loose.target].mode == Mode.REFUSE


def test_a_database_that_forgot_what_tightened_a_stop_does_not_loosen_it() -> None:
    loose = stop_of(mode=Mode.CANNED, version=1)
    tight = replace(loose, mode=Mode.REFUSE, version=2)
    restored = read(stops(tight, number=9), loose, number=8)
    assert read(restored, loose, number=12).by_target[loose.target].mode == Mode.REFUSE
    assert read(restored, number=13, over=tight).find([loose.target]) is None


def test_the_database_may_let_a_share_pass_a_rules_stop_again() -> None:
    shut = stop_of(version=1)
    assert read(stops(shut), replace(shut, admits=25, version=2), number=2).by_target[shut.target].admits == 25


def test_what_a_read_does_not_know_stays_in_force() -> None:
    held = stop_of()
    restored = read(stops(held, number=9), number=3)
    assert (restored.number, restored.find([held.target])) == (3, held)
    assert read(restored, number=4).held == {held.id: held}


def test_a_database_that_has_caught_up_with_the_number_lifts_nothing_either() -> None:
    held = stop_of()
    assert read(stops(held, number=9), number=12).find([held.target]) is held


def test_a_read_lifts_what_was_lifted() -> None:
    lifted = stop_of()
    assert read(stops(lifted, number=4), number=5, over=lifted).find([lifted.target]) is None


def test_a_stop_made_again_for_the_same_target_leaves_with_its_own_lift() -> None:
    first, second = stop_of(), stop_of()
    again = read(stops(first, number=4), second, number=6, over=first)
    assert (again.find([first.target]), set(again.known)) == (second, {second.id})
    assert read(again, number=7, over=second).find([first.target]) is None


def test_a_held_stop_outlives_another_of_its_target() -> None:
    """Restored, stopped again under another id, and that one lifted: the first was never lifted."""
    held, again = stop_of(), stop_of()
    both = read(read(stops(held, number=9), number=3), again, number=4)
    assert (both.find([held.target]), both.held) == (again, {held.id: held})
    after = read(both, number=5, over=again)
    assert after.find([held.target]) is held
    assert read(after, number=6, over=held).find([held.target]) is None


def test_of_two_stops_of_a_target_the_stricter_mode_holds() -> None:
    held, again = stop_of(mode=Mode.REFUSE), stop_of(mode=Mode.CANNED, in_flight=InFlight.NEW_ONLY)
    both = read(read(stops(held, number=9), number=3), again, number=4).by_target[held.target]
    assert (both.id, both.mode, both.in_flight) == (again.id, Mode.REFUSE, InFlight.CUT)


def test_what_is_held_ends_when_it_is_known_and_lifted() -> None:
    held = stop_of()
    adopted = read(read(stops(held, number=9), number=3), held, number=4)
    assert adopted.held == {}
    assert read(adopted, number=5, over=held).find([held.target]) is None


def test_a_broken_glass_stops_until_it_is_known_and_lifted() -> None:
    made = stop_of()
    broken = read(stops(number=4).with_broken_glass(made), number=7)
    assert (broken.find([made.target]), broken.held) == (made, {made.id: made})
    assert read(broken, number=8, over=made).find([made.target]) is None


def test_a_process_that_forked_stops_everything_until_it_has_read_and_forgets_nothing_held() -> None:
    held, elsewhere = stop_of(), tenant_key(GLOBEX)
    child = read(stops(held, number=9), number=3).unread()
    assert (child.number, child.mark) == (-1, NEVER_READ)
    assert child.find([EVERYTHING, elsewhere])
    after = read(child, number=3)
    assert after.find([EVERYTHING, elsewhere]) is None
    assert after.find([held.target]) is held


def test_a_push_that_follows_what_was_read_needs_no_reading() -> None:
    stop, newer = stop_of(tenant_key(ACME)), uuid4()
    after = stops(number=4).with_pushed(stop, number=5, mark=newer, after=MARK)
    assert (after.number, after.mark, after.find([stop.target])) == (5, newer, stop)


def test_a_push_after_a_change_that_was_missed_is_read_again() -> None:
    stop = stop_of(tenant_key(ACME))
    after = stops(number=4).with_pushed(stop, number=6, mark=uuid4(), after=uuid4())
    assert (after.number, after.mark, after.find([stop.target])) == (4, NEVER_READ, stop)


def test_a_push_that_loosens_is_read_again() -> None:
    known = stop_of(tenant_key(ACME))
    looser = replace(known, admits=5, version=known.version + 1)
    after = stops(known, number=4).with_pushed(looser, number=5, mark=uuid4(), after=MARK)
    assert (after.number, after.mark, after.by_target[known.target].admits) == (4, NEVER_READ, 0)


def test_a_read_that_began_before_a_rules_stop_was_shut_again_lets_no_share_pass() -> None:
    open_again = stop_of("model:mini", admits=25, version=3)
    shut = from_wire(to_wire(replace(open_again, admits=0, version=4)))
    newer = uuid4()
    pushed = stops(open_again, number=4).with_pushed(shut, number=5, mark=newer, after=MARK)
    assert (pushed.number, pushed.mark, pushed.by_target["model:mini"].admits) == (5, newer, 0)
    older = read(pushed, open_again, number=4)
    assert older.by_target["model:mini"].admits == 0
    assert read(older, replace(shut, admits=10, version=5), number=6).by_target["model:mini"].admits == 10
