"""aiops evals run."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from aiops.cli.evals.asking import Asking, Failed, clean
from aiops.cli.evals.exits import INTERRUPTED, NOT_MEASURED, OF_VERDICT, PASS, USAGE, Gate
from aiops.cli.evals.group import group
from aiops.cli.evals.tallies import count, most_lost, told_lost
from aiops.cli.evals.verdicts import tell, verdict_of
from aiops.cli.evals.watching import title, watch
from aiops.cli.failing import fail
from aiops.cli.options import Json, filled
from aiops.cli.printing import print_json
from aiops.cli.prompts.git import here
from aiops.cli.prompts.pushing import push_suite
from aiops.cli.prompts.reading import read_suites
from aiops.cli.prompts.remarks import remarks

_SUFFIXES: Final = (".yaml", ".yml")
# They look every 1.5 s at the latest.
_FOLLOWED_SECONDS: Final = 2.0

AtOnce = Annotated[int, typer.Option(min=1, max=200, help="Calls under way at once, of each run.")]
Timeout = Annotated[
    float, typer.Option(min=1, metavar="SECONDS", help="Give up after so long: nothing could be measured.")
]


@group.command(cls=Gate)
def run(
    suite: Annotated[
        str, typer.Argument(metavar="SUITE", help="A suite file, which is pushed, or a name.", show_default=False)
    ],
    head: Annotated[str, typer.Option(metavar="VERSION", help="The version to judge: its hash, or v17.")],
    base: Annotated[
        str | None, typer.Option(metavar="VERSION", help="The one that it must not be worse than. (default: alone)")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another prompt than the suite's own.", callback=filled)
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Ask this model or chain instead of the version's own, head alone.", callback=filled
        ),
    ] = None,
    at_once: AtOnce = 20,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Stay until there is a verdict.")] = True,
    timeout: Timeout = 3600.0,
    as_json: Json = False,
) -> None:
    """Ask a suite of a version, beside another one, and judge. Ctrl-C has the console ask nothing more.

    Exit codes: 0 pass, 1 blocked, 2 could not measure, 3 inconclusive, 4 wrong usage.

    \b
    aiops evals run evals/support-answer.yaml --head v4 --base v3
    aiops evals run support-answer --head 3f2a91c0 --no-wait --json
    aiops evals run support-answer --head v4 --model gpt-4o
    """
    try:
        console = Asking.connect()
        order = {**_named(console, suite), "prompt": prompt, "head": head, "base": base, "at_once": at_once}
        order["model"] = model
        order["commit"] = here(Path(), [Path(suite)] if suite.endswith(_SUFFIXES) else [])["commit"]
        started = start(console, order)
        runs = {str(started["id"]): started}
        if wait:
            watch(console, runs, timeout=timeout)
        (found,) = runs.values()
        lost = _lost(console, found) if wait and not as_json else []
    except Failed as fault:
        fail(fault.detail, fault.code, error=fault.error)
    except KeyboardInterrupt:
        fail("It was interrupted; the console was told to ask nothing more.", INTERRUPTED, error="interrupted")
    _tell(found, lost, is_over=wait, as_json=as_json)
    raise typer.Exit(OF_VERDICT[verdict_of(found)] if wait else PASS)


def let_gateways_follow() -> None:
    """What was just pushed is known to every gateway by then; until it is, calls that name it are refused."""
    time.sleep(_FOLLOWED_SECONDS)


def start(console: Asking, order: dict[str, Any]) -> dict[str, Any]:
    started = console.post("runs/", {name: value for name, value in order.items() if value is not None})
    found: dict[str, Any] = clean(started)
    return found


def _named(console: Asking, suite: str) -> dict[str, str]:
    """A file's content is pushed as a candidate: releases go on being judged by what `aiops prompts push` sent."""
    if not suite.endswith(_SUFFIXES):
        return {"suite": suite}
    found, faults = read_suites([Path(suite)])
    if faults:
        raise Failed("\n".join(faults), USAGE, error="faulty_files")
    for remark in remarks(found.values()):
        typer.echo(remark, err=True)
    (content,) = found.values()
    pushed = push_suite(console, content, candidate=True)
    if pushed["created"]:
        let_gateways_follow()
    return {"suite": content.name, "suite_version": pushed["version"]}


def _lost(console: Asking, run: Mapping[str, Any]) -> list[str]:
    """Why not, of a run that could not be measured."""
    if verdict_of(run) != NOT_MEASURED:
        return []
    return told_lost(most_lost(count(console.pages(f"runs/{run['id']}/results/", limit=1000))))


def _tell(run: dict[str, Any], lost: Sequence[str], *, is_over: bool, as_json: bool) -> None:
    if as_json:
        print_json(run)
    elif is_over:
        tell(run, lost)
    else:
        typer.echo(f"{title(run)}: {run['planned']:,} calls planned\n  {run['url']}\n  aiops evals show {run['id']}")
