"""aiops prompts canary."""

from typing import Annotated, Any

import typer

from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import counted, local, print_json, print_table
from aiops.cli.prompts.group import group
from aiops.cli.prompts.release import Environment, Name
from aiops.cli.remote import connect

_COUNTS = ("calls", "people", "ok", "failed", "refused", "stopped", "other", "cost_usd", "unpriced")
_COLUMNS = ("version", *_COUNTS, "p50_ms", "p95_ms", "output_tokens")


@group.command()
def canary(
    name: Name,
    environment: Environment,
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="A canary of this tenant's alone.")] = None,
    as_json: Json = False,
) -> None:
    """How a canary does beside what all others get: outcomes, refusals, cost, latency, and what differs for certain.

    \b
    aiops prompts canary support-answer --environment production
    """
    found = connect().get(f"prompts/{name}/canary/", environment=environment, tenant=tenant)
    if as_json:
        print_json(found)
        return
    trial, beside = found["canary"], found["beside"]
    typer.echo(plain(f"{trial['percent']}% get {trial['label']}, all others {beside['label']}. {_since(found)}"))
    print_table(_COLUMNS, [_row(trial["label"], found["head"]), _row(beside["label"], found["base"])])
    for sentence in (*found["sentences"], *_left_out(found)):
        typer.echo(plain(sentence))


def _since(found: dict[str, Any]) -> str:
    cut = " (it began earlier; older calls are left out)" if found["is_cut"] else ""
    # The console counts whole minutes.
    return f"Calls since {local(found['since'])}{cut}, up to {local(found['until'])}:"


def _left_out(found: dict[str, Any]) -> list[str]:
    # A console that is older than the command does not say it.
    calls, tenants = (found.get("left_out", {}).get(name, 0) for name in ("calls", "tenants"))
    if not calls:
        return []
    whose = f"{counted(tenants, 'tenant')} that had a version of {'its' if tenants == 1 else 'their'} own"
    return [f"Without {counted(calls, 'call')} of {whose} when they were made."]


def _row(label: str, arm: dict[str, Any]) -> list[object]:
    latencies = [_whole(arm[name]) for name in ("latency_p50_ms", "latency_p95_ms")]
    return [label, *(arm[name] for name in _COUNTS), *latencies, arm["output_tokens"]]


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)
