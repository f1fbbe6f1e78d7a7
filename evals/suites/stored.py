"""A suite back from its canonical JSON: from the database, or from somebody who pushes one."""

from typing import Any, Final

from evals.suites import canonical, gates
from evals.suites.fields import Fields
from evals.suites.model import JUDGE, MOST_CASES, Assertion, Case, Suite
from evals.suites.problems import Faulty, Problem, Source
from evals.suites.values import NotJson, read_json, unkeepable

LARGEST: Final = 64 * 1024 * 1024


def from_json(text: str) -> Suite:
    """Exactly what `as_json` wrote, nothing else: the hash is of these bytes. Raises Faulty."""
    source = Source("suite.json")
    problems: list[Problem] = []
    suite = _suite(Fields.of(source, _data(text, source), problems), problems)
    if not problems and canonical.as_json(suite) != text:
        problems.append(Problem(source, "it is not in its canonical form."))
    if problems:
        raise Faulty(problems)
    return suite


def _data(text: str, source: Source) -> Any:
    if len(text) > LARGEST:
        raise Faulty([Problem(source, f"it is larger than {LARGEST:,} characters.")])
    try:
        data = read_json(text)
        fault = unkeepable(data)
    except NotJson as error:
        raise Faulty([Problem(source, f"it is not JSON: {error}")]) from error
    if fault:
        raise Faulty([Problem(source, f"it holds {fault}.")])
    return data


def _suite(fields: Fields, problems: list[Problem]) -> Suite:
    cases = fields.sequence("cases")
    found = tuple(_case(each, fields.source.at("cases", index), problems) for index, each in enumerate(cases))
    if not 0 < len(found) <= MOST_CASES:
        fields.wrong("cases", f"there must be 1 to {MOST_CASES:,}.", None)
    if len({case.key for case in found}) < len(found):
        fields.wrong("cases", "two have the same key.", None)
    return Suite(
        name=fields.text("name"),
        prompt=fields.text("prompt"),
        canary=fields.truth("canary") is not False,
        judge=fields.text("judge", most=200) or JUDGE,
        gate=gates.read(fields.take("gate"), fields.source.at("gate"), problems),
        cases=found,
        unknown=fields.names("unknown"),
    )


def _case(data: Any, source: Source, problems: list[Problem]) -> Case:
    fields = Fields.of(source, data, problems)
    return Case(
        key=fields.text("key", most=200) or fields.wrong("key", "it is missing.", ""),
        description=fields.text("description"),
        vars=fields.mapping("vars"),
        checks=_checks(fields, "checks", problems),
        tags=fields.names("tags"),
        must_pass=fields.truth("must_pass") or False,
        weight=fields.number_or("weight", 1.0, least=0),
        threshold=fields.number("threshold"),
        provenance=fields.text("provenance"),
        metadata=fields.mapping("metadata"),
        unsupported=fields.text("unsupported"),
    )


def _checks(fields: Fields, name: str, problems: list[Problem]) -> tuple[Assertion, ...]:
    source = fields.source.at(name)
    return tuple(_check(each, source.at(index), problems) for index, each in enumerate(fields.sequence(name)))


def _check(data: Any, source: Source, problems: list[Problem]) -> Assertion:
    fields = Fields.of(source, data, problems)
    return Assertion(
        type=fields.text("type") or fields.wrong("type", "it is missing.", ""),
        value=fields.take("value"),
        threshold=fields.number("threshold"),
        weight=fields.number_or("weight", 1.0),
        metric=fields.text("metric"),
        settings=fields.mapping("settings"),
        rubric_prompt=fields.take("rubric_prompt"),
        parts=_checks(fields, "parts", problems),
        unsupported=fields.text("unsupported"),
    )
