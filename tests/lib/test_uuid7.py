import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from aiops.lib import uuid7

AT = datetime(2026, 11, 22, 2, 14, 7, 123_000, tzinfo=UTC)


def is_rising(ids: list[UUID]) -> bool:
    return all(before < after for before, after in pairwise(ids))


def test_it_is_of_version_7_and_tells_its_time() -> None:
    made = uuid7.new(AT)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert uuid7.time_of(made) == AT
    assert uuid7.floor(AT) < made < uuid7.floor(AT + timedelta(milliseconds=1))


def test_ids_of_one_millisecond_rise() -> None:
    assert is_rising([uuid7.new(AT) for _ in range(5_000)])


def test_ids_made_now_rise() -> None:
    assert is_rising([uuid7.new() for _ in range(20_000)])


def test_ids_of_another_time_do_not_break_the_order_of_now() -> None:
    assert is_rising([made for _ in range(2_000) for made in [uuid7.new()] if uuid7.new(AT)])


def test_each_threads_ids_rise_and_none_comes_twice() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: [uuid7.new() for _ in range(3_000)], range(4)))
    assert all(map(is_rising, made))
    assert len({each for ids in made for each in ids}) == 12_000


def test_a_clock_that_is_set_back_a_little_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    first = uuid7.new()
    back = time.time_ns() - 500_000_000
    monkeypatch.setattr(time, "time_ns", lambda: back)
    assert first < uuid7.new()


def test_one_that_was_hours_ahead_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    right = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: right + 7_200_000_000_000)
    uuid7.new()
    monkeypatch.setattr(time, "time_ns", lambda: right)
    assert abs(uuid7.time_of(uuid7.new()).timestamp() - right / 1e9) < 1


def test_one_id_does_not_tell_the_next() -> None:
    ids = [uuid7.new(AT) for _ in range(200)]
    steps = {(after.int & (1 << 62) - 1) - (before.int & (1 << 62) - 1) for before, after in pairwise(ids)}
    assert len(steps) > 190


def test_a_forked_process_makes_others(monkeypatch: pytest.MonkeyPatch) -> None:
    made = uuid7.new(AT)
    uuid7._part_from_the_parent()
    monkeypatch.setattr(os, "urandom", lambda size: b"\x00" * size)
    assert uuid7.new(AT).int & 0xFFF == 0
    assert made != uuid7.new(AT)
