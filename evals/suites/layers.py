"""A test as written. The defaults, a scenario's two parts or a test alone: laid over each other they make a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from aiops.lib.yaml_file import Unreadable
from evals.suites import assertions, values
from evals.suites.assertions import Reading
from evals.suites.fields import Fields
from evals.suites.folder import Unreachable, is_file, named
from evals.suites.model import Assertion
from evals.suites.problems import Source

_OPTIONS = ("disableVarExpansion", "disableDefaultAsserts", "rubricPrompt")
_TRANSFORMS = ("transform", "postprocess", "transformVars")


@dataclass(frozen=True, slots=True)
class Layer:
    """What was not written is None or empty."""

    source: Source
    id: str = ""
    description: str = ""
    vars: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Assertion, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    must_pass: bool | None = None
    threshold: float | None = None
    provenance: str = ""
    unsupported: str = ""
    # Something in it could not be read, so that what it holds names no case.
    is_faulty: bool = False

    def flag(self, option: str) -> bool:
        return self.options.get(option) is True


def read(data: Any, source: Source, reading: Reading, *, within: str) -> Layer:
    """`within` is how unknown keys are told: `tests.repeat`."""
    before = len(reading.problems)
    fields = Fields.of(source, data, reading.problems)
    metadata = fields.mapping("metadata")
    options = fields.mapping("options")
    listed = Fields(source.at("metadata"), metadata, reading.problems)
    layer = Layer(
        source=source,
        id=fields.text("id", most=180) or listed.text("id", most=180),
        description=fields.text("description", most=2_000),
        vars=_variables(fields.take("vars"), source.at("vars"), reading),
        checks=assertions.read_all(fields.sequence("assert"), source.at("assert"), reading),
        options={name: options[name] for name in _OPTIONS if name in options},
        tags=tuple(dict.fromkeys((*fields.names("tags"), *listed.names("tags")))),
        must_pass=_either(fields.truth("must_pass"), listed.truth("must_pass")),
        threshold=fields.number("threshold"),
        provenance=fields.text("provenance", most=200) or listed.text("provenance", most=200),
        metadata=metadata,
    )
    _note_unknown(fields, options, reading, within)
    faulty = len(reading.problems) > before
    return replace(layer, unsupported=_unsupported(layer, fields, options), is_faulty=faulty)


def laid(default: Layer, layers: Sequence[Layer]) -> Layer:
    """`layers` over the default: its assertions come first, unless the test drops them; of the rest the last wins."""
    top = reduce(_over, layers)
    below = replace(default, checks=()) if top.flag("disableDefaultAsserts") else default
    return _over(below, top)


def own(layers: Sequence[Layer]) -> Layer:
    """The test without the defaults."""
    return reduce(_over, layers)


def _over(below: Layer, above: Layer) -> Layer:
    return Layer(
        source=above.source,
        id=above.id or below.id,
        description=above.description or below.description,
        vars={**below.vars, **above.vars},
        checks=below.checks + above.checks,
        options={**below.options, **above.options},
        metadata={**below.metadata, **above.metadata},
        tags=tuple(dict.fromkeys((*below.tags, *above.tags))),
        must_pass=_either(above.must_pass, below.must_pass),
        threshold=_either(above.threshold, below.threshold),
        provenance=above.provenance or below.provenance,
        unsupported=above.unsupported or below.unsupported,
        is_faulty=above.is_faulty or below.is_faulty,
    )


def _variables(data: Any, source: Source, reading: Reading) -> dict[str, Any]:
    given = Fields.of(source, _whole_file(data, source, reading), reading.problems).left
    return {name: _variable(value, source.at(name), reading) for name, value in given.items()}


def _whole_file(data: Any, source: Source, reading: Reading) -> Any:
    """`vars: file://vars.yaml`."""
    if not is_file(data):
        return data
    try:
        return values.of_assertion(data, reading.folder)
    except (Unreachable, Unreadable) as fault:
        reading.problem(source, str(fault))
        return None


def _variable(value: Any, source: Source, reading: Reading) -> Any:
    try:
        return values.of_variable(value, reading.folder)
    except (Unreachable, Unreadable) as fault:
        reading.problem(source, str(fault))
        return None


def _unsupported(layer: Layer, fields: Fields, options: Mapping[str, Any]) -> str:
    script = next((name for name, value in layer.vars.items() if values.is_script(value)), None)
    if script is not None:
        return f"its variable {script} comes from {named(layer.vars[script])}, which never runs."
    transform = next((name for name in _TRANSFORMS if options.get(name) is not None), None)
    if transform is not None:
        return f"its option {transform} is JavaScript, which never runs here."
    return "its assertScoringFunction never runs." if fields.take("assertScoringFunction") is not None else ""


def _note_unknown(fields: Fields, options: Mapping[str, Any], reading: Reading, within: str) -> None:
    for name in fields.left:
        if name != "assertScoringFunction":
            reading.unknown[f"{within}.{name}"] = None
    for name in options:
        if name not in (*_OPTIONS, *_TRANSFORMS):
            reading.unknown[f"{within}.options.{name}"] = None


def _either[T](first: T | None, second: T | None) -> T | None:
    return second if first is None else first
