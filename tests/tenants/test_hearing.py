import pytest

from tenants.hearing import Hearing


@pytest.fixture
def hearing() -> Hearing:
    """Subscribed when the database was at 4."""
    made = Hearing()
    made.begin()
    assert not made.is_deaf(4, now=0, period=1)
    return made


def test_who_is_told_of_every_change_is_not_deaf(hearing: Hearing) -> None:
    hearing.hear(5)
    assert not hearing.is_deaf(5, now=1, period=1)
    assert not hearing.is_deaf(5, now=9, period=1)


def test_who_misses_a_change_for_a_whole_period_is_deaf(hearing: Hearing) -> None:
    assert not hearing.is_deaf(5, now=1, period=1)
    assert not hearing.is_deaf(5, now=1.9, period=1)
    assert hearing.is_deaf(5, now=2, period=1)


def test_a_push_that_comes_late_is_heard(hearing: Hearing) -> None:
    hearing.is_deaf(5, now=1, period=1)
    hearing.hear(5)
    assert not hearing.is_deaf(5, now=9, period=1)


def test_a_database_that_was_restored_is_heard_from_where_it_counts_on(hearing: Hearing) -> None:
    assert not hearing.is_deaf(2, now=1, period=1)
    assert not hearing.is_deaf(3, now=2, period=1)
    assert hearing.is_deaf(3, now=3, period=1)
