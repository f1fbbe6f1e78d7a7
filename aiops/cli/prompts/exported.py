"""What an export wrote, told to people and programs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import typer

from aiops.cli.plain import plain
from aiops.cli.printing import counted

type Told = dict[str, str]


@dataclass(slots=True)
class Exported:
    """Of one prompt: versions that are new in the folder, and that were there; `whole`: those of the new ones that
    needed their bundle beside their files; `refused`: those that no console keeps again; `faults`: versions that are
    not there."""

    name: str
    new: int = 0
    same: int = 0
    releases: int = 0
    whole: list[Told] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    faults: list[Told] = field(default_factory=list)


def report(exported: Exported) -> dict[str, Any]:
    return {
        "name": exported.name,
        "new": exported.new,
        "same": exported.same,
        "releases": exported.releases,
        "whole": exported.whole,
        "refused": exported.refused,
        "faults": exported.faults,
    }


def tell(exported: Sequence[Exported]) -> None:
    """Of what is as it was, only how much it is."""
    for each in exported:
        _tell(each)
    new, same, faults = (sum(numbers) for numbers in _numbers(exported))
    there = f"{counted(len(exported), 'prompt')}, {counted(new, 'new version')}, {same:,} there already"
    typer.echo(f"{there}; {counted(faults, 'version')} could not be written." if faults else f"{there}.")


def _tell(exported: Exported) -> None:
    for fault in exported.faults:
        typer.secho(plain(f"aiops: {_subject(exported, fault)}: {fault['detail']}"), err=True, fg=typer.colors.RED)
    for kept in exported.whole:
        why = f"kept as bundle.json too, because prompt files cannot say all of it: {kept['detail']}"
        typer.echo(plain(f"{_subject(exported, kept)}: {why}"), err=True)
    for lost in exported.refused:
        why = f"written, and no console keeps it again if it is pushed, as it cannot be rendered: {lost['detail']}"
        typer.echo(plain(f"{_subject(exported, lost)}: {why}"), err=True)
    if exported.new or exported.faults:
        typer.echo(plain(f"{exported.name}: {counted(exported.new, 'new version')}, {exported.same:,} there already"))


def _subject(exported: Exported, told: Told) -> str:
    return f"{exported.name} {told['version']}".rstrip()


def _numbers(exported: Sequence[Exported]) -> list[list[int]]:
    return [
        [each.new for each in exported],
        [each.same for each in exported],
        [len(each.faults) for each in exported],
    ]
