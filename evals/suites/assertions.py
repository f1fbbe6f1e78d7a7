"""One assertion as written, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from aiops.lib.yaml_file import Unreadable
from evals.suites import values
from evals.suites.fields import Fields
from evals.suites.folder import Folder, Unreachable, named
from evals.suites.model import Assertion
from evals.suites.problems import Problem, Source

SET: Final = "assert-set"
MOST_ASSERTIONS: Final = 200
_CODE: Final = {"javascript": "JavaScript", "python": "Python", "ruby": "Ruby", "webhook": "a web address"}
# What our scorers read beside value and threshold.
_SETTINGS: Final = ("tolerance", "pick")
_TRANSFORMS: Final = ("transform", "contextTransform")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known while a file is read, and what is found wrong or unknown in it."""

    folder: Folder
    document: Mapping[str, Any]
    problems: list[Problem]
    unknown: dict[str, None]

    def problem(self, source: Source, detail: str) -> None:
        self.problems.append(Problem(source, detail))


def read_all(data: list[Any], source: Source, reading: Reading, *, in_set: bool = False) -> tuple[Assertion, ...]:
    """Faulty ones are noted and left out."""
    if len(data) > MOST_ASSERTIONS:
        reading.problem(source, f"it has more than {MOST_ASSERTIONS} assertions.")
        return ()
    found = (_read(each, source.at(index), reading, in_set) for index, each in enumerate(data))
    return tuple(each for each in found if each is not None)


def _read(data: Any, source: Source, reading: Reading, in_set: bool) -> Assertion | None:
    fields = Fields.of(source, _template(data, source, reading), reading.problems)
    type_ = fields.text("type", most=100)
    if not type_ or (in_set and type_ == SET):
        reading.problem(source, "a set cannot hold a set." if type_ else "it has no type.")
        return None
    found = Assertion(
        type=type_,
        value=_value(fields.take("value"), source, reading),
        threshold=fields.number("threshold"),
        weight=fields.number_or("weight", 1.0),
        metric=fields.text("metric", most=200),
        settings=_settings(fields),
        rubric_prompt=_value(fields.take("rubricPrompt"), source.at("rubricPrompt"), reading),
        parts=_parts(fields, type_, source, reading),
        unsupported=_unsupported(type_, fields),
    )
    reading.unknown.update(dict.fromkeys(f"assert.{name}" for name in fields.left))
    return _without_script(found)


def _parts(fields: Fields, type_: str, source: Source, reading: Reading) -> tuple[Assertion, ...]:
    if type_ != SET:
        return ()
    return read_all(fields.sequence("assert"), source.at("assert"), reading, in_set=True)


def _template(data: Any, source: Source, reading: Reading) -> Any:
    """`$ref: '#/assertionTemplates/polite'` stands for what is there."""
    reference = data.get("$ref") if isinstance(data, Mapping) else None
    if not isinstance(reference, str):
        return data
    found = _pointed(reading.document, reference)
    if found is None or "$ref" in found:
        reading.problem(source, f"there is no {reference} in this file.")
        return {"type": "unknown"}
    return {**found, **{name: value for name, value in data.items() if name != "$ref"}}


def _pointed(document: Any, reference: str) -> dict[str, Any] | None:
    for step in reference.removeprefix("#/").split("/"):
        document = document.get(step) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else None


def _value(value: Any, source: Source, reading: Reading) -> Any:
    try:
        return values.of_assertion(value, reading.folder)
    except (Unreachable, Unreadable) as fault:
        reading.problem(source, str(fault))
        return None


def _settings(fields: Fields) -> dict[str, Any]:
    given = fields.mapping("config")
    given.update((name, fields.take(name)) for name in _SETTINGS if name in fields.left)
    return {name: given[name] for name in _SETTINGS if name in given}


def _unsupported(type_: str, fields: Fields) -> str:
    language = _CODE.get(type_.removeprefix("not-"))
    if language:
        return f"it runs {language}, which never happens here."
    transforms = [name for name in _TRANSFORMS if fields.take(name) is not None]
    return f"its {transforms[0]} is JavaScript, which never runs here." if transforms else ""


def _without_script(found: Assertion) -> Assertion:
    if found.unsupported or not values.is_script(found.value):
        return found
    return replace(found, unsupported=f"its value comes from {named(found.value)}, which never runs.")
