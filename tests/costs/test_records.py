from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.grounding import MOST_QUOTES, Grounding, Quote, Source, bounded
from costs.hops import Bill
from costs.pricing import Cost, plain_text
from costs.records import LONGEST_LINE, BadRecord, Finished, Hop, Opened, Outcome, PriceMatch, PromptChoice, parse
from costs.usage import Usage
from tests.costs.factories import GROUNDING, make_finished, make_opened, make_stopped, make_unpriced

HOPS = (Hop("gpt-test", "openai", 429, 12, "rate limited"), Hop("other", "openai", 200, 700, ""))
BILLED = (
    Hop("gpt-test", "openai", 0, 12, "timeout", 3, Bill(250, 0, Decimal("0.0005"), True)),
    Hop("other", "openai", 200, 700, "", 20, Bill(1000, 100, None, False)),
)
QUOTES = (Quote(1, "refunds", 10, 42, "exact"), Quote(2, "nowhere", None, None, "fabricated", "too_short"))


@pytest.mark.parametrize(
    "record",
    [
        make_opened(),
        make_opened(prompt_version="3f2a", prompt_choice=PromptChoice.TENANT_CANARY),
        make_finished(make_opened(prompt_version="3f2a", prompt_choice=PromptChoice.PINNED)),
        make_opened(prompt_version="3f2a", price_version=make_opened().id, streamed=True, simulated=True),
        make_finished(),
        make_finished(hops=HOPS, fallback=True, first_chunk_ms=90, price_version=make_opened().id),
        make_unpriced(estimated=True),
        make_stopped(stop_id=make_opened().id, error_code="stopped"),
        make_finished(outcome=Outcome.CANCELLED, latency_ms=None),
        make_finished(grounding=GROUNDING),
        make_finished(grounding=Grounding(refusal="invalid_answer")),
        make_finished(hops=BILLED, grounding=GROUNDING._replace(quotes=QUOTES)),
        make_finished(hops=BILLED[:1], grounding=GROUNDING._replace(quotes=())),
    ],
)
def test_a_line_is_read_back_as_it_was_written(record: Opened | Finished) -> None:
    line = record.to_line()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert parse(line) == record


_uuids = st.uuids()
_texts = st.text(max_size=400)
_numbers = st.integers(0, 2**31 - 1)
_openings: st.SearchStrategy[Opened] = st.builds(
    Opened, _uuids, _uuids, _uuids, _texts, _texts, _texts, _texts, _texts, st.none() | _texts, _texts, _texts,
    _numbers, st.none() | _uuids, st.booleans(), st.booleans(), st.sampled_from(["", *PromptChoice]),
)  # fmt: skip
_money = st.decimals(0, 10**7, places=16)
_costs = st.builds(Cost, _money, _money, _money, _money, _money, _money, _money)
_bills = st.none() | st.builds(Bill, _numbers, _numbers, st.none() | _money, st.booleans())
_hops = st.lists(
    st.builds(Hop, _texts, _texts, _numbers, _numbers, _texts, st.none() | _numbers, _bills), max_size=4
).map(tuple)
_shares = st.decimals(0, 1, places=4)
_sources = st.lists(st.builds(Source, _texts, _numbers, st.booleans()), max_size=200).map(tuple)
_places = st.none() | _numbers
_quotes = st.lists(st.builds(Quote, _numbers, _texts, _places, _places, _texts, _texts), max_size=120).map(tuple)
_groundings = st.builds(Grounding, st.none() | _shares, *[_numbers] * 8, _texts, _sources, st.none() | _quotes)
_endings: st.SearchStrategy[Finished] = st.builds(
    Finished, _openings, st.sampled_from(Outcome), _texts, _texts, st.builds(Usage, *[_numbers] * 7),
    st.none() | _costs, st.none() | _uuids, st.sampled_from(PriceMatch), _hops, st.none() | _numbers,
    st.none() | _numbers, st.booleans(), st.booleans(), _texts, st.none() | _uuids, _texts,
    st.none() | _groundings,
)  # fmt: skip


@given(_openings | _endings)
def test_any_record_is_one_line_without_nul_and_of_bounded_length(record: Opened | Finished) -> None:
    line = record.to_line()
    assert len(line) <= LONGEST_LINE
    assert b"\0" not in line
    assert line.count(b"\n") == 1
    assert type(parse(line)) is type(record)


def test_what_a_caller_sends_may_be_of_any_length_and_any_characters() -> None:
    call = make_opened(user="\ud800" * 5, session="\x01" * 20_000, model_asked="𝔸" * 5000)
    read = parse(make_finished(call, hops=HOPS * 900).to_line())
    assert isinstance(read, Finished)
    assert read.call.user == "�" * 5
    assert read.call.session == "�" * 200
    assert read.call.model_asked == "𝔸" * 100
    assert (read.call.id, read.usage, read.hops) == (call.id, make_finished().usage, ())


def test_a_line_from_before_calls_counted_quotes_is_read() -> None:
    line = make_finished().to_line()
    assert len(orjson.loads(line)["finished"]) == 15
    read = parse(line)
    assert isinstance(read, Finished)
    assert read.grounding is None


def test_lines_of_an_older_gateway_are_read() -> None:
    record = orjson.loads(make_finished(hops=HOPS, grounding=GROUNDING).to_line())
    assert [len(hop) for hop in record["finished"][7]] == [5, 5]
    assert len(record["finished"][15]) == 11
    read = parse(orjson.dumps(record))
    assert isinstance(read, Finished)
    assert [(hop.began_ms, hop.bill) for hop in read.hops] == [(None, None)] * 2
    assert read.grounding == GROUNDING
    assert GROUNDING.quotes is None


def test_of_very_many_quotes_those_that_do_not_hold_stay() -> None:
    quotes = [Quote(number, "a", 0, 9, "exact") for number in range(1, 200)]
    quotes[150] = Quote(151, "a", None, None, "fabricated")
    kept = bounded(quotes)
    assert len(kept) == MOST_QUOTES
    assert kept[-1] == quotes[150]
    assert kept[:-1] == tuple(quotes[: MOST_QUOTES - 1])


def test_long_quotes_leave_room_for_sources_and_sources_for_quotes() -> None:
    quotes = tuple(Quote(number, "s" * 100, number, number + 50, "exact") for number in range(1, 101))
    bad = Quote(50, "s" * 100, None, None, "fabricated")
    sources = tuple(Source(f"{number:03}" + "x" * 97, number, True) for number in range(100))
    grounding = GROUNDING._replace(quotes=(*quotes, bad), sources=sources, sources_given=100)
    line = make_finished(hops=BILLED, grounding=grounding).to_line()
    assert LONGEST_LINE - 150 < len(line) <= LONGEST_LINE
    read = parse(line)
    assert isinstance(read, Finished)
    assert read.grounding is not None
    assert read.hops == BILLED
    assert bad in (read.grounding.quotes or ())
    assert min(len(read.grounding.quotes or ()), len(read.grounding.sources)) > 20


def test_of_very_many_sources_those_that_have_room_are_kept_the_cited_ones_first() -> None:
    sources = tuple(Source(f"{number:03}" + "x" * 97, number, number > 150) for number in range(200))
    grounding = GROUNDING._replace(sources=sources, sources_given=200)
    line = make_finished(hops=HOPS, grounding=grounding).to_line()
    assert LONGEST_LINE - 120 < len(line) <= LONGEST_LINE
    read = parse(line)
    assert isinstance(read, Finished)
    assert read.grounding is not None
    assert read.hops == HOPS
    assert read.grounding.sources[:49] == sources[151:]
    assert read.grounding.sources[49:] == sources[: len(read.grounding.sources) - 49]
    assert read.grounding._replace(sources=()) == grounding._replace(sources=())


def test_costs_are_decimal_strings_and_an_unknown_one_is_null() -> None:
    stored = orjson.loads(make_finished().to_line())["finished"]
    assert sum(map(Decimal, stored[4][:5])) == Decimal(stored[4][5])
    assert plain_text(Decimal(stored[4][5])) == "0.0025"
    assert orjson.loads(make_unpriced().to_line())["finished"][4] is None


def _changed(record: Finished | Opened, **changes: Any) -> bytes:
    return orjson.dumps(orjson.loads(record.to_line()) | changes)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"v":1}',
        b"\xff\xfe",
        make_finished().to_line()[:-40],
        _changed(make_finished(), v=2),
        _changed(make_finished(), call=[]),
        _changed(make_finished(), finished=["ok"]),
        _changed(make_opened(), opened=["not an id"] * 15),
        make_finished().to_line().replace(b'"ok"', b'"fine"'),
    ],
)
def test_a_line_that_is_no_record_says_so(line: bytes) -> None:
    with pytest.raises(BadRecord):
        parse(line)
