"""Tests where they are written: in the suite itself, or in files of JSONL, CSV, YAML or JSON beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiops.lib import yaml_file
from aiops.lib.yaml_file import Unreadable
from evals.suites import csv_rows
from evals.suites.assertions import Reading
from evals.suites.fields import kind
from evals.suites.folder import Unreachable, suffix
from evals.suites.problems import Problem, Source
from evals.suites.values import NotJson, read_json


@dataclass(frozen=True, slots=True)
class Row:
    data: Any
    source: Source


def of(data: Any, source: Source, reading: Reading) -> Iterator[Row]:
    """Of `tests:` or `cases:`: a list of tests and files, or one file."""
    if isinstance(data, str):
        yield from _numbered(data, _of_file(data, source, reading))
        return
    if not isinstance(data, list):
        reading.problem(source, f"it must be a list of tests, or a file of them, not {kind(data)}.")
        return
    for index, each in enumerate(data):
        if isinstance(each, str):
            yield from _described(each, _of_file(each, source.at(index), reading))
        else:
            yield Row(each, source.at(index))


def _numbered(name: str, rows: Iterator[Row]) -> Iterator[Row]:
    """A file that is the whole of `tests:` numbers its rows, YAML excepted."""
    return rows if suffix(name) in {".yaml", ".yml"} else _with_numbers(rows)


def _described(name: str, rows: Iterator[Row]) -> Iterator[Row]:
    """In a list of files only CSV does."""
    return _with_numbers(rows) if suffix(name) == ".csv" else rows


def _with_numbers(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if isinstance(row.data, Mapping) and not row.data.get("description") and not row.data.get("id"):
            yield replace(row, data={**row.data, "description": f"Row #{number}"})
        else:
            yield row


def _of_file(name: str, source: Source, reading: Reading) -> Iterator[Row]:
    read = _READERS.get(suffix(name))
    if read is None:
        reading.problem(source, f"{name!r} must end in {', '.join(_READERS)}.")
        return
    try:
        yield from read(name, reading)
    except Unreadable as fault:
        reading.problems.append(Problem(None, str(fault)))
    except Unreachable as fault:
        reading.problem(source, str(fault))


def _jsonl(name: str, reading: Reading) -> Iterator[Row]:
    shown = str(reading.folder.shown(name))
    for number, line in enumerate(reading.folder.text(name).split("\n"), 1):
        source = Source(shown, {(): number})
        if line.strip():
            yield from _row(line, source, reading)


def _row(line: str, source: Source, reading: Reading) -> Iterator[Row]:
    try:
        yield Row(read_json(line), source)
    except NotJson as fault:
        reading.problem(source, f"it is not JSON: {fault}")


def _csv(name: str, reading: Reading) -> Iterator[Row]:
    shown = str(reading.folder.shown(name))
    try:
        for line, data in csv_rows.rows(reading.folder.text(name)):
            yield Row(data, Source(shown, {(): line}))
    except csv_rows.NotATable as fault:
        reading.problem(Source(shown, {(): fault.line}), fault.detail)


def _yaml(name: str, reading: Reading) -> Iterator[Row]:
    file = yaml_file.parse(reading.folder.text(name), reading.folder.shown(name), decimals=True)
    yield from _listed(file.data, Source(str(file.path), file.lines), reading)


def _json(name: str, reading: Reading) -> Iterator[Row]:
    source = Source(str(reading.folder.shown(name)))
    try:
        data = read_json(reading.folder.text(name))
    except NotJson as fault:
        reading.problem(source, f"it is not JSON: {fault}")
    else:
        yield from _listed(data, source, reading)


def _listed(data: Any, source: Source, reading: Reading) -> Iterator[Row]:
    """A list of tests, or a single one."""
    if isinstance(data, Mapping):
        yield Row(data, source)
    elif isinstance(data, list):
        yield from (Row(each, source.at(index)) for index, each in enumerate(data))
    else:
        reading.problem(source, f"it must be a list of tests, not {kind(data)}.")


_READERS = {".jsonl": _jsonl, ".csv": _csv, ".yaml": _yaml, ".yml": _yaml, ".json": _json}
