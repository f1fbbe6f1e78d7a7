"""The verdict card: pill, headline, the gate's own sentences, the range."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiops.lib.showing import visible
from evals.comparing.cells import Cell
from evals.gate.sentences import counted, points
from evals.models import Run
from evals.pills import Pill, pill_of
from evals.views.metrics import Metric, metrics_of

_LEVEL: Final = 0.05
# So many cases are named in a sentence.
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Bit:
    """A stretch of a sentence; with a `case`, a link to it."""

    text: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """The difference and its 95 % range on a line, as shares of its length; `margin`: the drop that nobody minds."""

    low: float
    high: float
    points: float
    zero: float
    margin: float
    words: str
    margin_words: str

    @property
    def width(self) -> float:
        return max(0.5, self.high - self.low)

    @property
    def is_tight(self) -> bool:
        """The words at both marks would run into each other if they stood under them."""
        return self.zero - self.margin < 25


@dataclass(frozen=True, slots=True)
class Verdict:
    pill: Pill
    headline: str
    sentences: Sequence[Sequence[Bit]]
    range: Range | None
    metrics: Sequence[Metric]
    word: str

    @property
    def is_blocked(self) -> bool:
        return self.word == "blocked"

    @property
    def needs_a_person(self) -> bool:
        return self.word not in ("", "pass")

    @property
    def text(self) -> str:
        """Its sentences, for a message."""
        return "\n".join(f"- {''.join(bit.text for bit in sentence)}" for sentence in self.sentences)


def verdict_of(run: Run, cells: Sequence[Cell], *, margin: float) -> Verdict:
    gate: Mapping[str, Any] = run.report.get("gate", {})
    broken = [cell.key for cell in cells if cell.must_pass and cell.head.share != 1]
    named = [*map(str, gate.get("must_pass", ())), *broken]
    lost = [] if gate.get("must_pass") else [cell.key for cell in cells if cell.must_pass and cell.is_lost]
    said = [visible(sentence) for sentence in (*gate.get("sentences", ()), *_of_lost(run, lost))]
    return Verdict(
        pill_of(run),
        _headline(run, gate, margin, len(lost)),
        [_linked(sentence, named) for sentence in said],
        _range(gate, margin),
        metrics_of(run, cells),
        run.verdict,
    )


def _of_lost(run: Run, keys: Sequence[str]) -> Iterator[str]:
    """Of must-pass cases that the gate had no need to speak of."""
    if run.is_comparison and keys:
        more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
        number = counted(len(keys), "must-pass case")
        yield f"{number} passed each time on {run.base} and never on {run.head}: {', '.join(keys[:_NAMED])}{more}."


def _headline(run: Run, gate: Mapping[str, Any], margin: float, lost: int) -> str:
    """In a few words; the gate's sentences under it have the numbers."""
    if run.was_never_queued:
        return "Never asked: no worker could be told of it, as their queue did not answer"
    if run.state == Run.State.CANCELLED:
        return "Broken off: what came until then is only a part"
    if not run.is_comparison:
        return _headline_alone(run)
    if run.verdict == Run.Verdict.BLOCKED:
        return _headline_blocked(run, gate, margin, lost)
    if run.verdict == Run.Verdict.PASS:
        return f"Better than {run.base}" if _low(gate) > 0 else f"No worse than {run.base}"
    return {
        Run.Verdict.INCONCLUSIVE: "Nobody can tell yet: a person decides",
        Run.Verdict.UNMEASURED: "Too little could be measured to tell",
    }.get(Run.Verdict(run.verdict), "")


def _headline_alone(run: Run) -> str:
    if run.kind == Run.Kind.CANARY:
        return f"{run.head} while it was live: what drift is judged by"
    if run.kind == Run.Kind.CONFIDENCE:
        return f"How sure {run.head} is, and how often it is right"
    if run.kind == Run.Kind.MODEL:
        return f"{run.head} as {run.model} answers it"
    return {
        "pass": "Good enough for a first release",
        "blocked": "Not good enough for a first release",
        "could not measure": "Too little could be measured to tell",
    }.get(run.verdict, "")


def _headline_blocked(run: Run, gate: Mapping[str, Any], margin: float, lost: int) -> str:
    apart = gate.get("difference") or 0.0
    broken = len(gate.get("must_pass", ()))
    if broken:
        return f"{_overall(apart)} {counted(broken, 'must-pass case')} now {'fails' if broken == 1 else 'fail'}"
    if gate.get("interval") and _low(gate) > -margin:
        return f"No worse than {run.base}, but over a limit"
    size = points(abs(apart))
    failing = f", and {counted(lost, 'must-pass case')} now {'fails' if lost == 1 else 'fail'}" if lost else ""
    return f"{size} {'point' if size == '1.0' else 'points'} worse than {run.base}{failing}"


def _overall(apart: float) -> str:
    if abs(apart) <= _LEVEL:
        return "As good overall, but"
    return "Better overall, but" if apart > 0 else "Worse overall, and"


def _low(gate: Mapping[str, Any]) -> float:
    return float((gate.get("interval") or [0.0])[0])


def _linked(sentence: str, keys: Sequence[str]) -> list[Bit]:
    """Cut where the key of a case stands."""
    if not keys:
        return [Bit(sentence)]
    pattern = "|".join(re.escape(visible(key)) for key in sorted(keys, key=len, reverse=True))
    by_text = {visible(key): key for key in keys}
    parts = re.split(f"(?<![\\w-])({pattern})(?![\\w-])", sentence)
    return [Bit(part, by_text.get(part, "")) for part in parts if part]


def _range(gate: Mapping[str, Any], margin: float) -> Range | None:
    if not gate.get("interval"):
        return None
    low, high, apart = *map(float, gate["interval"]), float(gate["difference"])
    most = max(abs(low), abs(high), margin) * 1.15

    def at(number: float) -> float:
        return round(100 * (number + most) / (2 * most), 2)

    words = f"{_signed(apart)} points, 95% range {_signed(low)} to {_signed(high)}"
    return Range(at(low), at(high), at(apart), at(0), at(-margin), words, f"a drop of {margin:g}")


def _signed(number: float) -> str:
    shown = points(number)
    return f"+{shown}" if number > 0 and shown != "0.0" else shown
