from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import orjson
import pytest
from django.db import DatabaseError, connection
from django.db.models import Sum

from aiops.lib import uuid7
from costs import partitions, recording
from costs.endusers import user_key
from costs.grounding import Quote
from costs.hops import Bill
from costs.models import Call, DailySpend, EndUser, HourlySpend, MinuteTraffic
from costs.records import Hop, Outcome
from costs.usage import Usage
from tenants.scope import scope
from tests.costs.factories import (
    FEATURE,
    GROUNDING,
    NOW,
    TENANT,
    USAGE,
    costing,
    make_finished,
    make_kept,
    make_opened,
    make_stopped,
    make_unpriced,
    record,
    rows_of,
)

pytestmark = pytest.mark.usefixtures("everything", "partitions_of_now")

HOPS = (
    Hop("gpt-test", "openai", 429, 12, "rate limited", 2),
    Hop("other", "openai", 200, 700, "", 20, Bill(1000, 100, Decimal("0.0025"), False)),
)
FULL = make_finished(
    make_opened(at=NOW, prompt_version="3f2a", simulated=True, streamed=True),
    usage=Usage(1000, 200, 100, 300, 50, 10, 20),
    model="other",
    hops=HOPS,
    fallback=True,
    first_chunk_ms=90,
    price_version=uuid7.new(NOW),
    stop_id=uuid7.new(NOW),
    error_code="cut",
)


@pytest.fixture
def partitions_of_now(everything: None) -> None:
    """The recorder makes the days it meets before it writes; here writing is tried alone."""
    partitions.make(NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=2))


def test_everything_that_a_record_says_is_kept() -> None:
    assert record(FULL) == 1
    call, told = Call.objects.get(), FULL.call
    assert (call.id, call.tenant_id, call.feature_id, call.created_at) == (told.id, TENANT, FEATURE, _ms(NOW))
    assert (call.session, call.environment, call.model_asked, call.chain) == told[4:8]
    assert (call.prompt_version, call.simulated, call.streamed) == ("3f2a", True, True)
    assert (call.model, call.provider, call.outcome, call.finish_reason) == ("other", "openai", "ok", "stop")
    assert _usage(call) == FULL.usage
    assert (call.latency_ms, call.first_chunk_ms, call.fallback, call.estimated) == (800, 90, True, False)
    assert (call.price_version, call.price_match, call.stop_id) == (FULL.price_version, "exact", FULL.stop_id)
    assert call.error_code == "cut"
    assert tuple(map(Hop.parse, call.hops or ())) == HOPS


def test_the_cost_and_its_parts_are_exact() -> None:
    record(FULL)
    call, cost = Call.objects.get(), FULL.cost
    assert cost is not None
    assert (call.cost_input, call.cost_cached, call.cost_cache_write, call.cost_output, call.cost_fee) == cost[:5]
    assert (call.cost_usd, call.saved_usd) == (cost.total, cost.saved)


def _usage(call: Call) -> Usage:
    return Usage(*(getattr(call, name) for name in Usage._fields))


def _ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_a_first_attempt_that_answered_needs_no_list_of_hops() -> None:
    record(make_finished(hops=(Hop("gpt-test", "openai", 200, 790, "", 7),)))
    call = Call.objects.get()
    assert (call.hops, call.asked_ms, call.attempt_ms) == (None, 7, 790)


def test_a_journal_of_an_older_gateway_is_recorded() -> None:
    record(make_finished(hops=(Hop("gpt-test", "openai", 200, 790, ""),), grounding=GROUNDING))
    call = Call.objects.get()
    assert (call.hops, call.asked_ms, call.attempt_ms, call.quotes) == (None, None, None, None)
    assert call.quotes_verified == 1


def test_where_quotes_stand_is_kept_without_their_text() -> None:
    quotes = (Quote(1, "refunds", 10, 42, "exact"), Quote(2, "nowhere", None, None, "fabricated", "too_short"))
    record(make_finished(grounding=GROUNDING._replace(quotes=quotes)))
    assert [Quote(*quote) for quote in Call.objects.get().quotes or ()] == list(quotes)


def test_the_caller_is_kept_as_a_key_that_only_the_installation_can_make() -> None:
    record(make_finished(make_opened(at=NOW)))
    call, user = Call.objects.get(), EndUser.objects.get()
    assert call.user_key == user.key == user_key(TENANT, "ada@example.com")
    assert (user.label, user.seen_at, user.tenant_id) == ("ada@example.com", _ms(NOW), TENANT)
    assert user_key(FEATURE, "ada@example.com") != user.key


def test_users_are_seen_at_their_last_call_to_half_a_minute() -> None:
    record(make_finished(make_opened(at=NOW)))
    record(make_finished(make_opened(at=NOW + timedelta(seconds=29))))
    assert EndUser.objects.get().seen_at == _ms(NOW)
    record(make_finished(make_opened(at=NOW + timedelta(seconds=31))))
    assert EndUser.objects.get().seen_at == _ms(NOW + timedelta(seconds=31))
    record(make_finished(make_opened(at=NOW - timedelta(days=1))))
    assert EndUser.objects.get().seen_at == _ms(NOW + timedelta(seconds=31))


def test_what_is_recorded_again_changes_nothing() -> None:
    records = [make_finished(make_opened(at=NOW)) for _ in range(3)]
    assert record(*records) == 3
    EndUser.objects.all().delete()
    assert record(*records, records[0], make_finished(records[1].call, outcome=Outcome.INTERRUPTED)) == 0
    assert Call.objects.filter(outcome="ok").count() == Call.objects.count() == 3
    assert HourlySpend.objects.get().calls == DailySpend.objects.get().calls == MinuteTraffic.objects.get().calls == 3
    # Who was forgotten stays forgotten.
    assert not EndUser.objects.exists()


def test_twice_in_one_batch_is_once() -> None:
    twice = make_finished(make_opened(at=NOW))
    assert record(twice, twice, make_finished()) == 2
    assert HourlySpend.objects.aggregate(Sum("calls")) == {"calls__sum": 2}


ROLLED_UP = [
    make_finished(make_opened(at=NOW), cost=costing("0.1234567890123")),
    make_finished(make_opened(at=NOW), cost=costing("0.0000000000007"), fallback=True, latency_ms=None),
    make_unpriced(make_opened(at=NOW), outcome=Outcome.PROVIDER_ERROR),
    make_finished(make_opened(at=NOW), outcome=Outcome.INTERRUPTED),
    make_stopped(make_opened(at=NOW), model="gpt-test", provider="openai"),
    make_stopped(make_opened(at=NOW), model="gpt-test", provider="openai", outcome=Outcome.REFUSED),
    make_stopped(make_opened(at=NOW), model="gpt-test", provider="openai", outcome=Outcome.OVER_BUDGET),
    make_kept(make_opened(at=NOW), latency_ms=None),
    make_kept(make_opened(at=NOW), latency_ms=None),
]


@pytest.mark.parametrize("model", [HourlySpend, DailySpend])
def test_roll_ups_add_up_what_was_recorded(model: type[HourlySpend] | type[DailySpend]) -> None:
    record(*ROLLED_UP)
    spend: Any = model.objects.get()
    assert (spend.calls, spend.errors, spend.stopped, spend.refused, spend.kept_calls) == (9, 2, 1, 2, 2)
    assert (spend.fallbacks, spend.unpriced_calls) == (1, 1)
    assert (spend.input_tokens, spend.cached_tokens, spend.output_tokens) == (4000, 800, 400)
    assert spend.cost_usd == Decimal("0.1234567890130") + Decimal("0.0025")
    assert (spend.latency_ms_sum, spend.timed_calls) == (6 * 800, 6)


def test_answers_given_again_before_they_were_counted_are_counted_by_the_migration() -> None:
    record(*ROLLED_UP, make_kept(make_opened(at=NOW - timedelta(hours=1))))
    counted = import_module("costs.migrations.0009_roll_ups_count_kept_answers")
    for model in (HourlySpend, DailySpend):
        model.objects.update(kept_calls=0)
    with connection.cursor() as cursor:
        cursor.execute(counted.COUNT_THOSE_THERE)
    assert list(HourlySpend.objects.order_by("hour").values_list("kept_calls", flat=True)) == [1, 2]
    assert DailySpend.objects.aggregate(Sum("kept_calls")) == {"kept_calls__sum": 3}


def test_batch_after_batch_adds_to_the_same_rows() -> None:
    assert [record(make_finished(make_opened(at=NOW))) for _ in range(3)] == [1, 1, 1]
    assert (HourlySpend.objects.get().calls, HourlySpend.objects.get().cost_usd) == (3, Decimal("0.0075"))
    assert (DailySpend.objects.get().calls, DailySpend.objects.get().saved_usd) == (3, Decimal("0.0009"))


def test_tags_keep_roll_ups_apart() -> None:
    tags: list[dict[str, Any]] = [
        {}, {"tenant": FEATURE}, {"feature": TENANT}, {"environment": "staging"}, {"provider": "azure"},
        {"model": "other"}, {"prompt_version": "3f2a"}, {"simulated": True},
        {"id": uuid7.new(NOW - timedelta(hours=1))}, {"id": uuid7.new(NOW - timedelta(days=1))},
    ]  # fmt: skip
    record(*(make_finished(make_opened(**({"at": NOW} | each))) for each in tags))
    assert HourlySpend.objects.count() == 10
    # By day neither the hour nor the prompt's version counts.
    assert DailySpend.objects.count() == 8
    assert MinuteTraffic.objects.count() == 5


def test_only_the_last_two_days_have_minutes() -> None:
    old, young = NOW - timedelta(days=2, minutes=1), NOW - timedelta(days=1, hours=23)
    record(make_finished(make_opened(at=old)), make_finished(make_opened(at=young)))
    assert [row.last_at for row in MinuteTraffic.objects.all()] == [_ms(young)]


def test_a_day_without_a_partition_gets_one() -> None:
    day = NOW - timedelta(days=390)
    assert record(make_finished(make_opened(at=day))) == 1
    assert Call.objects.since(day).until(day + timedelta(minutes=1)).count() == 1


@pytest.mark.parametrize("days", [-401, 401])
def test_history_of_a_mistaken_day_is_refused(days: int) -> None:
    with pytest.raises(DatabaseError, match="no partition"):
        record(make_finished(make_opened(at=NOW + timedelta(days=days))))


def _spoilt(**changes: Any) -> bytes:
    return make_finished(make_opened(at=NOW))._replace(**changes).to_line()


POISON = {
    "more cached than sent": _spoilt(usage=USAGE._replace(cached_tokens=1001)),
    "negative tokens": _spoilt(usage=USAGE._replace(output_tokens=-1)),
    "tokens past four bytes": _spoilt(usage=USAGE._replace(input_tokens=2**31)),
    "tokens that are text": _spoilt(usage=("many", 0, 0, 0, 0, 0, 0)),
    "an outcome nobody knows": _spoilt(outcome="fine"),
    "a cost that is no number": _spoilt(cost=["a lot"] * 7),
    "parts that do not add up": _spoilt(cost=costing("1")._replace(total=Decimal(2))),
    "a cost without a price": _spoilt(price_match="unpriced"),
    "a time that is none": _spoilt(latency_ms=1.5),
    "a stop that is none": _spoilt(stop_id="none"),
    "a confidence in per cent": _spoilt(grounding=GROUNDING._replace(confidence=85)),
    "a year that has no partition": make_finished(make_opened(at=NOW + timedelta(days=401))).to_line(),
}


@pytest.mark.parametrize("line", POISON.values(), ids=POISON)
def test_one_bad_row_keeps_no_other_from_being_recorded(line: bytes) -> None:
    lines = [make_finished(make_opened(at=NOW)).to_line() for _ in range(6)]
    written = recording.write(rows_of(*lines[:4], line, *lines[4:]), at=NOW)
    assert written.new == 6
    ((file, offset, spoilt, fault),) = written.letters
    assert (file, offset, spoilt) == ("test", 4, line)
    assert fault
    assert HourlySpend.objects.get().calls == Call.objects.count() == 6


def test_text_of_any_length_and_with_any_characters_is_kept_as_far_as_it_fits() -> None:
    line = make_finished(make_opened(at=NOW, user="\0ada", session="s" * 3000, chain="back\\u0000slash")).to_line()
    assert recording.write(rows_of(line), at=NOW).letters == []
    assert Call.objects.get().session == "s" * 200
    assert Call.objects.get().chain == "back\\ufffdslash"
    assert EndUser.objects.get().label == "�ada"


def test_a_line_from_before_calls_counted_quotes_is_recorded_as_not_grounded() -> None:
    before = orjson.loads(make_finished(make_opened(at=NOW)).to_line())
    assert len(before["finished"]) == 15
    assert recording.write(rows_of(orjson.dumps(before)), at=NOW).letters == []
    call = Call.objects.get()
    assert (call.quotes_verified, call.sources_given, call.confidence, call.refusal) == (None, None, None, "")


def test_a_call_of_the_day_before_falls_into_that_days_partition() -> None:
    midnight = datetime(2026, 11, 21, tzinfo=NOW.tzinfo)
    before, after = (make_finished(make_opened(at=midnight + timedelta(milliseconds=ms))) for ms in (-1, 0))
    record(before, after)
    assert [call.id for call in Call.objects.since(midnight)] == [after.call.id]
    assert [call.id for call in Call.objects.until(midnight)] == [before.call.id]
    assert sorted(DailySpend.objects.values_list("day", flat=True)) == [date(2026, 11, 20), date(2026, 11, 21)]


def test_nothing_is_written_outside_a_scope() -> None:
    with pytest.raises(DatabaseError, match="row-level security"), scope(()):
        recording.insert(rows_of(make_finished(make_opened(at=NOW)).to_line()), at=NOW)


def test_nothing_is_written_into_another_tenants_rows() -> None:
    with pytest.raises(DatabaseError, match="row-level security"), scope([FEATURE]):
        recording.insert(rows_of(make_finished(make_opened(at=NOW)).to_line()), at=NOW)


def test_a_line_keeps_amounts_as_text_to_the_last_digit() -> None:
    exact = "0.1234567890123456789012345678901234567890"
    stored = orjson.loads(make_finished(make_opened(at=NOW)).to_line())
    stored["finished"][4] = ["0", "0", "0", exact, "0", exact, "0"]
    recording.write(rows_of(orjson.dumps(stored)), at=NOW)
    assert Call.objects.get().cost_usd == HourlySpend.objects.get().cost_usd == Decimal(exact)
