"""A suite file, read whole: every fault in it is told at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from aiops.lib import yaml_file
from aiops.lib.yaml_file import Unreadable
from evals.naming import LONGEST_SUITE
from evals.suites import canonical, cases, gates, layers, rows, stored
from evals.suites.assertions import Reading
from evals.suites.fields import Fields
from evals.suites.folder import Folder, Unreachable
from evals.suites.layers import Layer
from evals.suites.model import JUDGE, MOST_CASES, Case, Suite
from evals.suites.problems import Faulty, Problem, Source

_NAME: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_SUITE - 1}}}")
_TESTS: Final = ("tests", "cases")
_DEFAULTS: Final = ("defaultTest", "defaults")


def read(path: Path) -> Suite:
    """The suite, with what its `file://` values and files of cases hold. Raises Faulty with all that is wrong."""
    reading, source = _open(path)
    suite = _suite(Fields.of(source, dict(reading.document), reading.problems), source, reading)
    if not reading.problems:
        _check_size(suite, source, reading)
    if reading.problems:
        raise Faulty(reading.problems)
    return suite


def _check_size(suite: Suite, source: Source, reading: Reading) -> None:
    if not suite.cases:
        reading.problem(source, "it has no cases.")
    if len(canonical.as_json(suite)) > stored.LARGEST:
        reading.problem(source, f"with its cases it is larger than {stored.LARGEST:,} characters.")


def _open(path: Path) -> tuple[Reading, Source]:
    folder = Folder(path.parent)
    try:
        file = yaml_file.parse(folder.text(path.name), path, decimals=True)
    except (Unreachable, Unreadable) as fault:
        raise Faulty([Problem(None, str(fault))]) from fault
    source = Source(str(path), file.lines)
    if not isinstance(file.data, dict):
        raise Faulty([Problem(source, "it must be a mapping, with `tests:` or `cases:`.")])
    return Reading(folder, file.data, [], {}), source


def _suite(fields: Fields, source: Source, reading: Reading) -> Suite:
    gate = gates.read(fields.take("gate"), source.at("gate"), reading.problems)
    canary = fields.truth("canary")
    default = _default(fields, source, reading)
    found: dict[str, tuple[Case, Source]] = {}
    for over in _tests(fields, source, reading):
        for case in cases.of(default, over, gate, reading):
            _add(found, case, over[-1].source, reading)
        if len(found) > MOST_CASES:
            reading.problem(source, f"it has more than {MOST_CASES:,} cases.")
            break
    fields.take("assertionTemplates")
    return Suite(
        name=_name(fields, source, reading),
        prompt=fields.text("prompt", most=100),
        canary=canary is not False,
        judge=fields.text("judge", most=200) or JUDGE,
        gate=gate,
        cases=tuple(case for case, _ in found.values()),
        unknown=(*fields.left, *reading.unknown),
    )


def _default(fields: Fields, source: Source, reading: Reading) -> Layer:
    given = [
        layers.read(_content(fields.take(name), source.at(name), reading), source.at(name), reading, within=name)
        for name in _DEFAULTS
    ]
    return layers.own(given)


def _content(data: Any, source: Source, reading: Reading) -> Any:
    """`defaultTest: file://default.yaml`."""
    if not isinstance(data, str):
        return data
    return next((row.data for row in rows.of(data, source, reading)), None)


def _tests(fields: Fields, source: Source, reading: Reading) -> Iterator[tuple[Layer, ...]]:
    """Each test as the layers that it is made of, the defaults left out."""
    given = [(name, fields.take(name)) for name in _TESTS]
    scenarios = fields.sequence("scenarios")
    if not scenarios and all(data is None for _, data in given):
        reading.problem(source, "it has neither `tests:` nor `cases:`.")
    for name, data in given:
        for row in rows.of([] if data is None else data, source.at(name), reading):
            yield (layers.read(row.data, row.source, reading, within=name),)
    for index, data in enumerate(scenarios):
        yield from _scenario(data, source.at("scenarios", index), reading)


def _scenario(data: Any, source: Source, reading: Reading) -> Iterator[tuple[Layer, ...]]:
    """Every entry of `config` with every one of `tests`."""
    fields = Fields.of(source, data, reading.problems)
    configs, tests = (
        [
            layers.read(row.data, row.source, reading, within=f"scenarios.{name}")
            for row in rows.of(fields.take(name) or [], source.at(name), reading)
        ]
        for name in ("config", "tests")
    )
    yield from ((config, test) for config in configs for test in tests or [Layer(config.source)])


def _add(found: dict[str, tuple[Case, Source]], case: Case, source: Source, reading: Reading) -> None:
    if case.key in found:
        first = found[case.key][1]
        reading.problem(source, f"the case {case.key} is there twice; the first is at {first}.")
    else:
        found[case.key] = (case, source)


def _name(fields: Fields, source: Source, reading: Reading) -> str:
    """As written, else the file's."""
    name = fields.text("suite") or re.sub(r"[^a-z0-9]+", "-", Path(source.file).stem.lower()).strip("-")[:LONGEST_SUITE]
    if not _NAME.fullmatch(name):
        reading.problem(source.at("suite"), f"{name!r} must be 1 to {LONGEST_SUITE} small letters, digits and dashes.")
    return name
