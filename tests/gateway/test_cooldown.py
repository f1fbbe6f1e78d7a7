from gateway.config import Member
from gateway.cooldown import Cooldowns
from tests.gateway.factories import make_model

MINI, LARGE = Member(make_model("mini")), Member(make_model("large"))


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_limited_model_is_asked_last_until_its_time_is_over() -> None:
    clock = Clock()
    cooldowns = Cooldowns(clock)
    cooldowns.limited(MINI.model, 5)
    assert cooldowns.split((MINI, LARGE)) == ([LARGE], [MINI])
    clock.now += 5
    assert cooldowns.split((MINI, LARGE)) == ([MINI, LARGE], [])


def test_without_a_word_on_time_it_is_a_second() -> None:
    clock = Clock()
    cooldowns = Cooldowns(clock)
    cooldowns.limited(MINI.model, None)
    clock.now += 0.9
    assert cooldowns.split((MINI,)) == ([], [MINI])
    clock.now += 0.2
    assert cooldowns.split((MINI,)) == ([MINI], [])


def test_a_provider_cannot_talk_us_out_of_itself_for_long() -> None:
    clock = Clock()
    cooldowns = Cooldowns(clock)
    cooldowns.limited(MINI.model, 86_400)
    clock.now += 61
    assert cooldowns.split((MINI,)) == ([MINI], [])


def test_come_back_at_once_means_no_time_at_all() -> None:
    cooldowns = Cooldowns(Clock())
    cooldowns.limited(MINI.model, 0)
    assert cooldowns.split((MINI, LARGE)) == ((MINI, LARGE), ())
