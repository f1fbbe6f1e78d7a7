"""Five numbers of a run, each from base to head."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from aiops.lib import figures
from evals.comparing.cells import Cell, Side
from evals.models import Run

# Below these a change of so noisy a number is told without a colour.
_NOTED: Final = Decimal("0.05")
# In points.
_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Metric:
    """`change` with its direction and tone is empty where nothing is compared; `value` where nobody knows."""

    label: str
    value: str
    base: str = ""
    change: str = ""
    is_up: bool = False
    tone: str = ""


def metrics_of(run: Run, cells: Sequence[Cell]) -> list[Metric]:
    arms: Mapping[str, Any] = run.report.get("arms", {})
    base, head = arms.get("base"), arms.get("head")
    if head is None:
        return []
    return [
        _pass_rate(cells),
        *_must_pass(cells),
        _cost(base, head),
        _latency(base, head),
        _tokens(base, head),
    ]


def _pass_rate(cells: Sequence[Cell]) -> Metric:
    """Of the answers that the gate counts: what was asked again of a few cases is not among them."""
    now, was = _rate([cell.head for cell in cells]), _rate([cell.base for cell in cells])
    if now is None or was is None:
        return Metric("Pass rate", "" if now is None else figures.percent(now))
    apart = (now - was) * 100
    tone = "" if abs(apart) < _LEVEL else "ok" if apart > 0 else "bad"
    change = f"{abs(apart):.1f} pts" if tone else ""
    return Metric("Pass rate", figures.percent(now), figures.percent(was), change, apart > 0, tone)


def _rate(sides: Iterable[Side | None]) -> float | None:
    known = [side for side in sides if side is not None]
    measured = sum(side.measured for side in known)
    return sum(side.passed for side in known) / measured if measured else None


def _must_pass(cells: Sequence[Cell]) -> Iterator[Metric]:
    careful = [cell for cell in cells if cell.must_pass]
    if not careful:
        return
    now = sum(cell.head.share == 1 for cell in careful)
    value = f"{now:,} of {len(careful):,}"
    if careful[0].base is None:
        yield Metric("Must-pass group", value, tone="bad" if now < len(careful) else "")
        return
    was = sum(cell.base is not None and cell.base.share == 1 for cell in careful)
    tone = "" if now == was else "ok" if now > was else "bad"
    yield Metric("Must-pass group", value, f"{was:,}", f"{abs(now - was):,}" if now != was else "", now > was, tone)


def _cost(base: Mapping[str, Any] | None, head: Mapping[str, Any]) -> Metric:
    now, was = _decimal(head, "cost_per_case_usd"), _decimal(base, "cost_per_case_usd")
    return _grown("Cost per case", now, was, figures.money)


def _latency(base: Mapping[str, Any] | None, head: Mapping[str, Any]) -> Metric:
    now, was = _decimal(head, "latency_p95_ms"), _decimal(base, "latency_p95_ms")
    label = "Slowest 5% (p95)"
    if now is None or was is None:
        return Metric(label, "" if now is None else figures.latency(now))
    apart = now - was
    tone = "" if abs(apart) < was * _NOTED * 2 else "bad" if apart > 0 else "ok"
    shown, shown_was = figures.latency(now), figures.latency(was)
    change = "" if shown == shown_was else figures.latency(abs(apart))
    return Metric(label, shown, shown_was, change, apart > 0, tone)


def _tokens(base: Mapping[str, Any] | None, head: Mapping[str, Any]) -> Metric:
    return _grown("Prompt tokens", _decimal(head, "input_tokens"), _decimal(base, "input_tokens"), figures.count)


def _grown(label: str, now: Decimal | None, was: Decimal | None, form: Callable[[Decimal | None], str]) -> Metric:
    grew = figures.growth(now, was)
    if now is None or grew is None:
        return Metric(label, "" if now is None else form(now))
    tone = "" if abs(grew) < _NOTED else "bad" if grew > 0 else "ok"
    change = f"{abs(grew):.0%}"
    return Metric(label, form(now), form(was), "" if change == "0%" else change, grew > 0, tone)


def _decimal(arm: Mapping[str, Any] | None, name: str) -> Decimal | None:
    value = arm.get(name) if arm else None
    return None if value is None else Decimal(str(value))
