"""What each model of a chain answered and failed lately, and why another was asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from costs.reasons import has_failed
from costs.records import Hop, PriceMatch
from costs.reports import chains
from tenants.models import Feature, Tenant
from tests.conftest import NOW
from tests.costs.factories import make_finished, make_opened, record

MINI, LARGE = ("mini", "acme-ai"), ("large", "acme-ai")
IN_VAIN = (Hop(*MINI, 429, 80, "429"), Hop(*LARGE, 200, 900, ""))
NOBODY = (Hop(*MINI, 500, 80, "500"), Hop(*LARGE, 0, 900, "timeout"))
PASSED_OVER = (Hop(*MINI, 0, 0, "429-cooldown"), Hop(*LARGE, 200, 900, ""))


@pytest.fixture
def call(acme: Tenant, answers: Feature) -> Any:
    def make(minutes: float, who: tuple[str, str] = MINI, *, tenant: Tenant = acme, **values: Any) -> Any:
        asked = {name: values.pop(name) for name in ("chain", "streamed") if name in values}
        opened = make_opened(
            at=NOW - timedelta(minutes=minutes), tenant=tenant.pk, feature=answers.pk, model=who[0], provider=who[1],
            **asked,
        )  # fmt: skip
        finished = make_finished(opened, **values)
        record(finished, at=NOW)
        return finished.call.id

    return make


def lately(at: datetime = NOW) -> chains.Counts:
    return chains.lately(["default"], at=at)["default"]


def day() -> chains.Day:
    return chains.day(["default"], {"default": lately()}, chains.earlier(["default"], at=NOW), at=NOW)


def test_answers_are_counted_by_who_gave_them(call: Any) -> None:
    call(1), call(2), call(3, LARGE, hops=IN_VAIN, fallback=True)
    found = lately()
    assert (found.answered, found.failed) == ({"acme-ai/mini": 2, "acme-ai/large": 1}, {"acme-ai/mini": 1})
    assert found.share("acme-ai/large") == pytest.approx(1 / 3)


def test_a_call_that_nobody_answered_is_no_answer_and_a_failure_of_each(call: Any) -> None:
    call(1, LARGE, hops=NOBODY, fallback=True, outcome="provider_error")
    found = lately()
    assert (found.answered, found.failed) == ({}, {"acme-ai/mini": 1, "acme-ai/large": 1})
    assert found.share("acme-ai/mini") is None


def test_one_that_was_passed_over_did_not_fail(call: Any) -> None:
    call(1, LARGE, hops=PASSED_OVER, fallback=True)
    assert lately().failed == {}


@pytest.mark.parametrize("reason", ["smaller_window", "unsupported", "stopped", "open", "500-cooldown", "cut"])
def test_one_that_was_not_asked_or_cut_did_not_fail(call: Any, reason: str) -> None:
    call(1, LARGE, hops=(Hop(*MINI, 0, 0, reason), Hop(*LARGE, 200, 900, "")), fallback=True)
    assert lately().failed == {}


@pytest.mark.parametrize(
    ("status", "reason", "failed"),
    [
        (400, "400", {}),
        (413, "context_overflow", {}),
        (401, "401", {"acme-ai/mini": 1}),
        (404, "404", {"acme-ai/mini": 1}),
        (503, "503", {"acme-ai/mini": 1}),
        (200, "invalid_json", {"acme-ai/mini": 1}),
        (0, "deadline", {"acme-ai/mini": 1}),
        (200, "too_long", {}),
    ],
)
def test_a_fault_that_was_found_with_the_question_is_none_of_the_models(
    call: Any, status: int, reason: str, failed: dict[str, int]
) -> None:
    call(1, hops=(Hop(*MINI, status, 80, reason),), outcome="provider_error")
    assert lately().failed == failed
    assert has_failed(reason, status) == bool(failed)


@pytest.mark.parametrize(
    ("reason", "answered", "failed"),
    [("", {"acme-ai/large": 1}, {}), ("drop", {}, {"acme-ai/large": 1}), ("cut", {}, {})],
)
def test_what_its_caller_left_is_an_answer_or_a_failure_and_never_both(
    call: Any, reason: str, answered: dict[str, int], failed: dict[str, int]
) -> None:
    call(1, LARGE, hops=(Hop(*LARGE, 200, 80, reason),), outcome="cancelled")
    found = lately()
    assert (found.answered, found.failed) == (answered, failed)


def test_an_answer_that_was_kept_is_no_answer_of_now(call: Any) -> None:
    call(1), call(2, hops=(Hop(*MINI, 0, 0, "cached"),), price_match=PriceMatch.NOTHING_ASKED)
    found = lately()
    assert (found.answered, found.failed) == ({"acme-ai/mini": 1}, {})


def test_other_chains_older_calls_and_the_consoles_own_are_not_counted(call: Any, operator: Tenant) -> None:
    call(16), call(1, chain="other"), call(1, chain=""), call(1, tenant=operator)
    assert lately().answered == {}


def test_a_day_is_counted_whole(call: Any) -> None:
    call(1), call(61), call(23 * 60), call(25 * 60)
    found = day()
    assert (found.hours, found.chains["default"].answered) == (24, {"acme-ai/mini": 3})


def test_a_day_that_takes_too_long_says_how_much_was_counted(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    call(1), call(61)
    monkeypatch.setattr(chains, "_SECONDS", -1.0)
    found = day()
    assert (found.hours, found.chains["default"].answered) == (1, {"acme-ai/mini": 1})


def test_a_day_has_what_came_since_it_was_counted_and_what_was_written_late(call: Any) -> None:
    call(61)
    kept = chains.earlier(["default"], at=NOW - timedelta(minutes=1))
    call(15.5), call(5), call(0.5), call(1, LARGE, hops=NOBODY, fallback=True, outcome="provider_error")
    found = chains.day(["default"], {"default": lately()}, kept, at=NOW).chains["default"]
    assert (found.answered, found.failed["acme-ai/large"]) == ({"acme-ai/mini": 4}, 1)


def test_the_last_fallback_is_the_newest_with_its_hops(call: Any, operator: Tenant) -> None:
    call(60, LARGE, hops=IN_VAIN, fallback=True)
    newest = call(30, LARGE, hops=PASSED_OVER, fallback=True)
    call(5), call(1, LARGE, hops=IN_VAIN, fallback=True, tenant=operator)
    found = chains.last_fallbacks(["default"], at=NOW)["default"].newest
    assert found is not None
    assert (found.call, found.served, found.is_answered) == (newest, "acme-ai/large", True)
    assert [hop.reason for hop in found.hops] == ["429-cooldown", ""]


def test_one_that_nobody_answered_does_not_hide_the_last_that_was_rescued(call: Any) -> None:
    rescued = call(30, LARGE, hops=IN_VAIN, fallback=True)
    in_vain = call(20, LARGE, hops=NOBODY, fallback=True, outcome="provider_error")
    call(10, LARGE, hops=IN_VAIN, fallback=True, outcome="cancelled")
    found = chains.last_fallbacks(["default"], at=NOW)["default"]
    told = [each.call for each in (found.rescued, found.in_vain, found.newest, found.newer_in_vain) if each]
    assert told == [rescued, in_vain, in_vain, in_vain]
    call(5, LARGE, hops=IN_VAIN, fallback=True)
    assert chains.last_fallbacks(["default"], at=NOW)["default"].newer_in_vain is None


def test_one_that_broke_off_is_told_apart_from_one_that_nobody_answered(call: Any) -> None:
    hops = (Hop(*MINI, 529, 80, "529"), Hop(*LARGE, 200, 90, "drop"))
    began = {"fallback": True, "hops": hops, "outcome": "provider_error", "first_chunk_ms": 180}
    call(3, LARGE, streamed=True, **began)
    found = chains.last_fallbacks(["default"], at=NOW)["default"].newest
    assert found is not None
    assert (found.is_answered, found.broke_off) == (False, True)


def test_one_that_was_stopped_says_nothing_of_its_chain(call: Any) -> None:
    call(3, LARGE, hops=IN_VAIN, fallback=True, outcome="stopped")
    assert chains.last_fallbacks(["default"], at=NOW) == {}


def test_without_one_in_a_week_there_is_none(call: Any) -> None:
    call(8 * 24 * 60, LARGE, hops=IN_VAIN, fallback=True)
    assert chains.last_fallbacks(["default"], at=NOW) == {}
