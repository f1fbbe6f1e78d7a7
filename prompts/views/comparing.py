"""A canary beside what all others get, as its page tells it: a verdict, five numbers, and both arms in a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, NamedTuple

from aiops.lib import figures
from costs.arms import LEAST, Arm, Difference, Mean, Measure
from costs.reports.arms import Comparison

_EARLY: Final = "Too early"
_LEAST_USD: Final = Decimal("0.000001")
_COUNTED: Final = (
    ("Calls answered", "ok"),
    ("Calls failed", "failed"),
    ("Calls refused", "refused"),
    ("Calls stopped", "stopped"),
    ("Calls over a budget or hung up", "other"),
    ("Calls without a price", "unpriced"),
)
# Told where there are some.
_RARE: Final = ("stopped", "other", "unpriced")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. Empty: nobody knows, or there is nothing to compare."""

    label: str
    base: str
    head: str
    # The difference and where it lies 95 times in 100; why there is none, where it `is_open`.
    change: str = ""
    between: str = ""
    is_open: bool = False
    tone: str = ""
    is_up: bool = False
    is_seen: bool = False

    @property
    def size(self) -> str:
        """The difference, whichever way it goes."""
        return self.change.lstrip(f"+{figures.MINUS}")


@dataclass(frozen=True, slots=True)
class Card:
    tone: str
    word: str
    headline: str
    sentences: Sequence[str]
    metrics: Sequence[Line]
    counts: Sequence[Line]
    # It is seen to do better, and worse in nothing: a release to all is the next step.
    may_go_on: bool = False

    @property
    def is_measured(self) -> bool:
        """At least one number can be compared."""
        return not all(line.is_open for line in self.metrics)

    @property
    def lines(self) -> Sequence[Line]:
        return [*self.metrics, *self.counts]


class _Wording(NamedTuple):
    label: str
    more: str
    less: str
    value: Callable[[Decimal], str]
    # How far two are apart.
    apart: Callable[[Decimal], str]
    # What a rise means; empty: neither good nor bad.
    rise: str


def card_of(found: Comparison, *, is_over: bool = False) -> Card:
    """Of one that is over nothing more will come."""
    seen = [each for each in found.differences if each.is_seen]
    tone, word = _pill(found, seen)
    metrics = [_metric(each, found) for each in found.differences]
    said = [*found.sentences, *_possible(found, seen), *found.remarks]
    counts = list(_counts(found.base, found.head))
    card = Card(tone, word, _headline(found, seen), said, metrics, counts, may_go_on=_may_go_on(found, seen))
    return _without_yet(card) if is_over else card


def _without_yet(card: Card) -> Card:
    metrics = [
        replace(line, change=line.change.removesuffix(" yet"), between=line.between.removeprefix("not yet: "))
        for line in card.metrics
    ]
    said = [
        sentence.replace("Could not measure yet:", "Could not measure:")
        .replace("Still possible", "Possible")
        .replace("; so far ", "; ")
        for sentence in card.sentences
    ]
    word = "Too few calls" if card.word == _EARLY else card.word
    headline = card.headline.removesuffix(" yet").removesuffix(" so far")
    return replace(card, word=word, headline=headline, sentences=said, metrics=metrics)


def percent(value: Decimal) -> str:
    return f"{value * 100:.1f}%"


def _pill(found: Comparison, seen: Sequence[Difference]) -> tuple[str, str]:
    if found.is_untold:
        return "plain", "Could not measure"
    if not any(each.is_measured for each in found.differences):
        return "plain", _EARLY
    tones = {_tone(each) for each in seen} - {""}
    if Measure.FAILED in {each.measure for each in seen if _tone(each) == "bad"}:
        return "bad", "Worse"
    if tones == {"bad", "ok"}:
        return "warn", "Better and worse"
    return {"bad": ("warn", "Worse"), "ok": ("ok", "Better")}.get("".join(tones), ("plain", "No clear difference"))


def _headline(found: Comparison, seen: Sequence[Difference]) -> str:
    name = str(found.canary.version)
    if not any(each.is_measured for each in found.differences):
        return "Nobody can tell" if found.is_untold else "Nobody can tell yet"
    told = [_WORDINGS[each.measure].more if _is_more(each) else _WORDINGS[each.measure].less for each in seen]
    if not told:
        return "No clear difference so far"
    *first, last = told
    return f"{name} {', '.join(first)}{' and ' if first else ''}{last}"


def _possible(found: Comparison, seen: Sequence[Difference]) -> Iterator[str]:
    """How far apart they may still be in failures, where nothing is seen to differ: unseen is not the same."""
    failed = next(each for each in found.differences if each.measure is Measure.FAILED)
    if seen or failed.low is None or failed.high is None:
        return
    less, more = (_points(abs(bound)) for bound in (failed.low, failed.high))
    yield f"Still possible: {found.canary.version} fails up to {less} less, or up to {more} more."


def _may_go_on(found: Comparison, seen: Sequence[Difference]) -> bool:
    rates = [each for each in found.differences if each.measure in (Measure.FAILED, Measure.REFUSED)]
    return all(each.is_measured for each in rates) and {_tone(each) for each in seen} - {""} == {"ok"}


def _metric(each: Difference, found: Comparison) -> Line:
    words = _WORDINGS[each.measure]
    base, head = _values(each.measure, found.base), _values(each.measure, found.head)
    was, now = ("" if value is None else words.value(value) for value in (base, head))
    if each.low is None or each.high is None or each.head is None or each.base is None:
        return Line(words.label, was, now, change="could not measure yet", between=_why(each, found), is_open=True)
    apart = each.head - each.base
    between = _between(each.low, each.high, words)
    change = _signed(apart, words) if each.is_seen else "no clear difference"
    return Line(words.label, was, now, change, between, tone=_tone(each), is_up=apart > 0, is_seen=each.is_seen)


def _between(low: Decimal, high: Decimal, words: _Wording) -> str:
    ends = _signed(low, words), _signed(high, words)
    return "next to none" if ends[0] == ends[1] and _is_nothing(ends[0]) else f"{ends[0]} to {ends[1]}"


def _why(each: Difference, found: Comparison) -> str:
    counts = [_counted(each.measure, arm) for arm in (found.head, found.base)]
    return f"not yet: {figures.exact(min(counts))} of {LEAST} calls"


def _counted(measure: Measure, arm: Arm) -> int:
    mean = _means(arm).get(measure)
    return arm.judged if mean is None else mean.count


def _values(measure: Measure, arm: Arm) -> Decimal | None:
    mean = _means(arm).get(measure)
    if mean is not None:
        return mean.value
    hits = arm.failed if measure is Measure.FAILED else arm.refused
    return Decimal(hits) / arm.judged if arm.judged else None


def _means(arm: Arm) -> Mapping[Measure, Mean]:
    return {Measure.COST: arm.cost, Measure.LATENCY: arm.latency, Measure.OUTPUT_TOKENS: arm.output_tokens}


def _counts(base: Arm, head: Arm) -> Iterator[Line]:
    yield Line("Calls", figures.exact(base.calls), figures.exact(head.calls))
    yield Line("People", figures.exact(base.people), figures.exact(head.people))
    for label, name in _COUNTED:
        was, now = getattr(base, name), getattr(head, name)
        if was or now or name not in _RARE:
            yield Line(label, figures.exact(was), figures.exact(now))
    yield Line("Half answer within", _time(base.latency_p50_ms), _time(head.latency_p50_ms))
    yield Line("95% answer within", _time(base.latency_p95_ms), _time(head.latency_p95_ms))


def _time(milliseconds: float | None) -> str:
    return "" if milliseconds is None else _seconds(Decimal(milliseconds))


def _is_more(each: Difference) -> bool:
    return each.low is not None and each.low > 0


def _tone(each: Difference) -> str:
    """Of what is seen to differ."""
    rise = _WORDINGS[each.measure].rise
    if not each.is_seen or not rise:
        return ""
    return rise if _is_more(each) else {"bad": "ok", "ok": "bad"}[rise]


def _signed(value: Decimal, words: _Wording) -> str:
    text = words.apart(abs(value))
    # What rounds to nothing has no direction.
    sign = "" if _is_nothing(text) else "+" if value > 0 else figures.MINUS
    return f"{sign}{text}"


def _is_nothing(text: str) -> bool:
    return not any(letter in "123456789" for letter in text)


def _points(value: Decimal) -> str:
    return f"{value * 100:.1f} pts"


def _usd_apart(value: Decimal) -> str:
    """How far apart two are; of less than a dollar in a million calls there is nothing to tell."""
    return "$0.0000" if abs(value) < _LEAST_USD else figures.money(value)


def _seconds(value: Decimal) -> str:
    """`12 ms` below a tenth of a second, then `0.80 s`."""
    return f"{value:.0f} ms" if abs(value) < 100 else f"{value / 1000:.2f} s"


def _tokens(value: Decimal) -> str:
    return f"{value:,.0f}"


_WORDINGS: Final[Mapping[Measure, _Wording]] = {
    Measure.FAILED: _Wording("Failed", "fails more often", "fails less often", percent, _points, "bad"),
    Measure.REFUSED: _Wording("Refused", "is refused more often", "is refused less often", percent, _points, "bad"),
    Measure.COST: _Wording("Cost per call", "costs more", "costs less", figures.money, _usd_apart, "bad"),
    Measure.LATENCY: _Wording("Time to answer", "answers more slowly", "answers faster", _seconds, _seconds, "bad"),
    Measure.OUTPUT_TOKENS: _Wording("Output tokens", "writes more", "writes less", _tokens, _tokens, ""),
}
