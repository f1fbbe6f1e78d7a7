"""A version as a model gets it: rendered with sample variables, each stretch with the part that it comes from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aiops.lib.showing import visible
from prompts.bundle import Bundle
from prompts.lint.tokens import tokens_of
from prompts.rendering import BadTemplate, BadVariables, Rendered, Stretch, render_marked
from prompts.rendering.shown import shown
from prompts.views import resumed
from prompts.views.finding import find_prompt, find_version
from prompts.views.samples import samples
from prompts.views.trying import PREFIX, Field, fields_of, fields_of_samples, with_no_items, with_problem
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

# So many colours there are at a stretch's edge; its name tells parts apart, too.
_COLOURS = 6
_OWN = "The messages themselves"


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch; `text` without the line end that its own edge makes, and none where that is all there is."""

    part: str
    text: str
    colour: int


@dataclass(frozen=True, slots=True)
class Message:
    role: str
    text: str
    tokens: int
    # None: which part it comes from cannot be told.
    stretches: Sequence[Shown] | None


@dataclass(frozen=True, slots=True)
class Share:
    """`rendered`: tokens in the messages, without the parts that it includes; `written`: of its file."""

    name: str
    rendered: int
    written: int | None
    percent: float
    start: float
    colour: int


@dataclass(frozen=True, slots=True)
class Preview:
    messages: Sequence[Message]
    # None: which part it comes from cannot be told of all of it.
    shares: Sequence[Share] | None
    total: int
    # Of the values, as they are given.
    variables: Sequence[tuple[str, int]]


@resumed.worded("preview")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_READ)
def version_preview(request: TenantRequest, name: str, version: str) -> HttpResponse:
    """Changes nothing: posted where what is given is too long for an address."""
    prompt = find_prompt(name)
    found = find_version(prompt, version)
    bundle = found.bundle
    given = request.POST if request.method == "POST" else request.GET
    is_given = any(each.startswith(PREFIX) for each in given) or request.method == "POST"
    variables = bundle.variables
    fields = fields_of(variables, given) if is_given else fields_of_samples(variables, samples(prompt, bundle))
    fields, preview, problem = _tried(bundle, fields)
    if problem and not is_given:
        # The made-up items may lack what the template reads of each.
        fields, preview, problem = _tried(bundle, with_no_items(fields))
    is_refused = bool(problem) or any(each.problem for each in fields)
    context: dict[str, Any] = {
        "prompt": prompt,
        "version": found,
        "fields": fields,
        "preview": preview,
        "problem": problem,
        "is_refused": is_refused,
        "is_given": is_given,
        "made_up": [each.name for each in fields if each.is_made_up],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused and is_given else HTTPStatus.OK
    return render(request, "prompts/version_preview.html", context, status=status)


def _tried(bundle: Bundle, fields: list[Field]) -> tuple[list[Field], Preview | None, str]:
    """The fields with what is wrong with them, the preview, and what is wrong besides."""
    if any(each.problem for each in fields):
        return fields, None, ""
    given = {each.name: each.value for each in fields if each.value is not None}
    try:
        rendered = render_marked(bundle, given)
    except BadVariables as fault:
        # "question: it must be …" is said beside its field.
        name, _, detail = fault.detail.partition(": ")
        return (with_problem(fields, name, detail), None, "") if name in given else (fields, None, fault.detail)
    except BadTemplate as fault:
        return fields, None, fault.detail
    return fields, _preview(bundle, rendered, given), ""


def _preview(bundle: Bundle, rendered: Sequence[Rendered], given: Mapping[str, Any]) -> Preview:
    colours = {path: index % _COLOURS + 1 for index, path in enumerate(bundle.parts)}
    messages = [_message(each, colours) for each in rendered]
    variables = [(name, tokens_of(len(str(shown(value))))) for name, value in given.items()]
    total = sum(message.tokens for message in messages)
    return Preview(messages, _shares(bundle, rendered, colours), total, variables)


def _message(rendered: Rendered, colours: Mapping[str, int]) -> Message:
    stretches = rendered.stretches
    found = None if stretches is None else [_shown(each, colours) for each in stretches if each.text.strip("\n")]
    return Message(rendered.role.capitalize(), visible(rendered.text), tokens_of(len(rendered.text)), found)


def _shown(stretch: Stretch, colours: Mapping[str, int]) -> Shown:
    text = stretch.text.removeprefix("\n").removesuffix("\n")
    return Shown(stretch.part, visible(text), colours.get(stretch.part, 0))


def _shares(bundle: Bundle, rendered: Sequence[Rendered], colours: Mapping[str, int]) -> list[Share] | None:
    stretches = [each.stretches for each in rendered]
    if not all(each is not None for each in stretches):
        return None
    lengths = Counter({path: 0 for path in ("", *bundle.parts)})
    for stretch in (each for several in stretches for each in several or ()):
        lengths[stretch.part] += len(stretch.text)
    whole = sum(lengths.values()) or 1
    found, start = [], 0.0
    for path, length in lengths.items():
        percent = length / whole * 100
        written = tokens_of(len(bundle.parts[path])) if path else None
        found.append(Share(path or _OWN, tokens_of(length), written, percent, start, colours.get(path, 0)))
        start += percent
    return found
