"""One call, opened: how it ended, each attempt with its reason and cost, its quotes."""

from collections.abc import Iterator
from typing import Any, Final

import typer

from aiops.cli.plain import plain
from aiops.cli.printing import local, print_table, usd
from costs.reason_words import reason_of

_ATTEMPTS: Final = ("#", "Model", "Began ms", "ms", "What came of it", "Tokens", "Cost")
_QUOTES: Final = ("Claim", "Source", "From", "To", "Match", "Why")


def print_opened(call: dict[str, Any]) -> None:
    for name, value in _facts(call):
        if value:
            typer.echo(f"{name:<12} {plain(str(value))}")
    if call["hops"]:
        rows = (_attempt(number, hop) for number, hop in enumerate(call["hops"], start=1))
        print_table(_ATTEMPTS, rows, numbers=("#", "Began ms", "ms", "Tokens", "Cost"), elastic=("What came of it",))
    else:
        typer.echo("No model was asked.")
    if call["quotes"]:
        print_table(_QUOTES, map(_quote, call["quotes"]), numbers=("Claim", "From", "To"), elastic=("Source",))


def _facts(call: dict[str, Any]) -> Iterator[tuple[str, object]]:
    marks = [mark for mark in ("fallback", "simulated", "streamed") if call[mark]]
    yield "Call", call["id"]
    yield "When", local(call["created_at"])
    yield "Outcome", ", ".join([call["outcome"], *marks])
    yield "Error code", call["error_code"]
    yield "Stop", call["stop"]
    yield "Withheld", call["refusal"]
    yield from ((name.title(), call[name]) for name in ("tenant", "feature", "user", "session", "environment"))
    yield "Asked for", call["model_asked"]
    yield "Chain", call["chain"]
    yield "Served by", f"{call['provider']}/{call['model']}" if call["model"] else None
    yield "Prompt", _prompt(call)
    first = f", first words after {call['first_chunk_ms']}" if call["first_chunk_ms"] is not None else ""
    yield "ms", f"{call['latency_ms']}{first}" if call["latency_ms"] is not None else None
    yield "Tokens", _tokens(call)
    yield "Cost", f"{usd(call['cost_usd'])}{' by our own count' if call['estimated'] else ''}"
    yield "Finish", call["finish_reason"]
    yield "Confidence", call["confidence"]


def _prompt(call: dict[str, Any]) -> str | None:
    # A console that is older than the command does not say who chose it.
    version, choice = call["prompt_version"], call.get("prompt_choice")
    return f"{version} ({choice.replace('_', ' ')})" if version and choice else version


def _attempt(number: int, hop: dict[str, Any]) -> list[object]:
    bill, who = hop["bill"], f"{hop['provider']}/{hop['model']}"
    told = [_tokens(bill), usd(bill["cost_usd"])] if bill else [None, None]
    return [number, who, hop["began_ms"], hop["ms"], reason_of(hop["reason"], hop["status"]), *told]


def _quote(quote: dict[str, Any]) -> list[object]:
    return [*(quote[name] for name in ("claim", "source", "start", "end", "match")), quote["why"].replace("_", " ")]


def _tokens(of: dict[str, Any]) -> str:
    return f"{of['input_tokens']:,} → {of['output_tokens']:,}"
