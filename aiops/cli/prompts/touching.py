"""What changed files touch, and what the console knows of its traffic. For `aiops prompts impact` and `aiops ci`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import batched
from typing import Any, Final

from aiops.cli.evals.asking import Asking, Failed, clean
from aiops.cli.plain import plain
from aiops.cli.printing import cents, counted

# So many prompts are asked for at once.
_LOT: Final = 100
_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """`kind`: prompt, part, schema, or unused when no prompt is made of it."""

    path: str
    kind: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TouchedPrompt:
    """`known`: as the console tells it; empty when it does not know the prompt, or was not asked."""

    name: str
    feature: str
    suites: tuple[str, ...]
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def calls(self) -> int | None:
        return self.known.get("calls_7d")

    @property
    def cost(self) -> str | None:
        return self.known.get("cost_usd_7d")

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "feature": self.feature or None,
            "suites": list(self.suites),
            "live": dict(self.known["live"]) if self.known else None,
            "calls_7d": self.calls,
            "cost_usd_7d": self.cost,
            "unpriced_calls_7d": self.known.get("unpriced_calls_7d"),
        }


@dataclass(frozen=True, slots=True)
class Reach:
    """`unknown`: why the console could not tell the traffic; empty when it did."""

    files: tuple[TouchedFile, ...] = ()
    prompts: tuple[TouchedPrompt, ...] = ()
    unknown: str = ""

    def of(self, file: TouchedFile) -> list[TouchedPrompt]:
        return [prompt for prompt in self.prompts if prompt.name in file.prompts]

    def as_json(self) -> dict[str, Any]:
        return {
            "files": [
                {"path": each.path, "kind": each.kind, "prompts": list(each.prompts), **traffic_of(self.of(each))}
                for each in self.files
            ],
            "prompts": [prompt.as_json() for prompt in self.prompts],
            "days": _DAYS,
            "traffic_unknown": self.unknown or None,
        }


def traffic_of(prompts: Iterable[TouchedPrompt]) -> dict[str, Any]:
    """What is known of it, together; null when nothing is."""
    found = list(prompts)
    calls = [prompt.calls for prompt in found if prompt.calls is not None]
    costs = [Decimal(prompt.cost) for prompt in found if prompt.cost is not None]
    return {"calls_7d": sum(calls) if calls else None, "cost_usd_7d": f"{sum(costs):f}" if costs else None}


def with_traffic(reach: Reach) -> Reach:
    """Never raises: without a console it is not known, and that is said."""
    if not reach.prompts:
        return reach
    try:
        known = dict(_known(Asking.connect(), [prompt.name for prompt in reach.prompts]))
    except Failed as fault:
        return replace(reach, unknown=fault.detail)
    return replace(reach, prompts=tuple(_with(prompt, known.get(prompt.name, {})) for prompt in reach.prompts))


def _known(console: Asking, names: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for lot in batched(names, _LOT):
        for prompt in clean(console.get("parts/impact/", prompt=list(lot))["prompts"]):
            yield prompt["name"], prompt


def _with(prompt: TouchedPrompt, known: Mapping[str, Any]) -> TouchedPrompt:
    """Suites that name the prompt may be on the console alone."""
    suites = dict.fromkeys([*prompt.suites, *(suite["name"] for suite in known.get("suites", ()))])
    return replace(prompt, suites=tuple(suites), known=known)


def a_day(prompt: TouchedPrompt) -> str:
    """In words; what is not known is said, and is no zero."""
    if prompt.calls is None:
        return f"no calls of {_DAYS} days known to be its own" if prompt.known else "not on the console"
    calls = Decimal(prompt.calls) / _DAYS
    shown = f"{calls:,.0f}" if calls >= 10 else f"{calls:.1f}"
    cost = "cost not known" if prompt.cost is None else cents(str(Decimal(prompt.cost) / _DAYS))
    return plain(f"about {shown} calls a day, {cost}")


def impact_lines(reach: Reach) -> Iterator[str]:
    """A tree: file, prompts, features, suites, traffic."""
    for file in reach.files:
        yield (
            f"{file.path} ({file.kind}) touches {counted(len(file.prompts), 'prompt')}"
            if file.prompts
            else _unused(file)
        )
        for prompt in reach.of(file):
            suites = f"judged by {', '.join(prompt.suites)}" if prompt.suites else "no suite judges it"
            traffic = f", {a_day(prompt)}" if not reach.unknown else ""
            yield f"  {prompt.name}: {prompt.feature or 'no feature'}, {suites}{traffic}"
    if reach.unknown:
        yield f"Calls and cost of these prompts are not known. {reach.unknown}"


def _unused(file: TouchedFile) -> str:
    return f"{file.path}: no prompt includes it, so nothing changes with it."
