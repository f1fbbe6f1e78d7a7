"""A bundle, ready to be rendered many times. Read by gateway calls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from jinja2 import Template, UndefinedError

from prompts.bundle import Bundle, Output, Variable
from prompts.rendering.assembly import assemble_bundle
from prompts.rendering.given import admit
from prompts.rendering.language import read_template
from prompts.rendering.meter import Excess, Meter
from prompts.rendering.refusals import BadTemplate, BadVariables
from prompts.rendering.sandbox import METER, Sandbox

_SHOWN: Final = 10
_NO_ATTRIBUTE: Final = re.compile(r"'(?:builtins\.)?(\w+) object' has no (?:attribute|element) '?(.+?)'?")
_NOT_GIVEN: Final = re.compile(r"'(.+)' is undefined")
_KINDS: Final[Mapping[str, str]] = {
    "dict": "an object was given",
    "str": "a text was given",
    "list": "a list was given",
    "int": "a number was given",
    "float": "a number was given",
    "bool": "true or false was given",
}
# Settings that a chat completion's body calls otherwise.
_NAMES: Final = {"chain": "model", "max_output_tokens": "max_completion_tokens"}

# Versions of one prompt are compiled one after the other, and differ in little.
_read: Final = lru_cache(maxsize=64)(read_template)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Never changes: one may serve every thread.

    `settings`: what the prompt puts into a chat completion's body, `model` to `response_format`.
    """

    settings: Mapping[str, Any]
    output: Output
    variables: Mapping[str, Variable]
    _defaults: Mapping[str, Any]
    _messages: tuple[tuple[str, Template], ...]

    @classmethod
    def of(cls, bundle: Bundle, sandbox: Sandbox) -> Self:
        return cls(
            settings=_settings(bundle),
            output=bundle.output,
            variables=bundle.variables,
            _defaults={name: each.default for name, each in bundle.variables.items() if each.default is not None},
            _messages=tuple((each.role.value, sandbox.template(each.content)) for each in bundle.messages),
        )

    def render(self, variables: Mapping[str, Any]) -> list[dict[str, str]]:
        """Role and content of each message. Raises BadVariables and BadTemplate, nothing else."""
        values = admit(self.variables, self._defaults, variables)
        meter = Meter()
        try:
            return [{"role": role, "content": _text(template, values, meter)} for role, template in self._messages]
        except UndefinedError as fault:
            raise BadVariables(f"The prompt needs more than was given: {_lacking(fault)}.") from None
        except Excess as fault:
            refusal = BadVariables if variables else BadTemplate
            raise refusal(f"The prompt cannot be rendered: {fault}") from None
        except Exception as fault:
            raise BadTemplate(f"The prompt cannot be rendered with these variables: {_said(fault)}.") from fault


def compile_bundle(bundle: Bundle) -> Compiled:
    """Raises BadTemplate with everything that is wrong."""
    faults = assemble_bundle(bundle, read=_read).faults
    if faults:
        raise BadTemplate("; ".join(f"{each.source}:{each.line}: {each.detail}" for each in faults[:_SHOWN]))
    sandbox = Sandbox(bundle.parts)
    try:
        for path in bundle.parts:
            sandbox.get_template(path)
        return Compiled.of(bundle, sandbox)
    except Exception as fault:
        # Python's own compiler has bounds that a template can hit, such as a hundred ifs in each other.
        raise BadTemplate(f"The prompt cannot be compiled: {_said(fault)}.") from fault


def _lacking(fault: UndefinedError) -> str:
    """Jinja's own words name types of Python."""
    said = _said(fault)
    if found := _NO_ATTRIBUTE.fullmatch(said):
        return f"{_KINDS.get(found[1], 'a value was given')} without “{found[2]}”, which the template asks of it"
    if found := _NOT_GIVEN.fullmatch(said):
        return f"“{found[1]}” is not there"
    return said


def _text(template: Template, values: Mapping[str, Any], meter: Meter) -> str:
    context = template.new_context({**values, METER: meter})
    return meter.collect(template.root_render_func(context))


def _settings(bundle: Bundle) -> dict[str, Any]:
    settings = {_NAMES.get(name, name): value for name, value in bundle.model.items()}
    if bundle.output.schema is not None:
        schema = {"name": "answer", "schema": bundle.output.schema}
        settings["response_format"] = {"type": "json_schema", "json_schema": schema}
    return settings


def _said(fault: Exception) -> str:
    return (str(fault) or type(fault).__name__).rstrip(".")[:200]
