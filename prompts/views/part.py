"""One part: its text, who has it, and who has another text of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib.showing import visible
from evals.impact import Held, Impact, Line, Part, lines_of, read
from evals.impact.week import shares
from prompts.diffing import TextDiff, text_diff
from prompts.models import Prompt, PromptVersion
from prompts.views.parts import address_of
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission


@dataclass(frozen=True, slots=True)
class Other:
    """Another text of the part, against the one that most serve, and who has it."""

    text: TextDiff
    # `support-answer in production`, `ticket-title, newest`.
    holders: Sequence[str]


@dataclass(frozen=True, slots=True)
class Namesake:
    """Another part of the same path."""

    url: str
    prompts: Sequence[Prompt]


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def part_detail(request: TenantRequest) -> HttpResponse:
    impact = read(datetime.now(UTC))
    several = [part for part in impact.parts if part.path == request.GET.get("path", "")]
    part = _chosen(_of_prompt(impact, several, request.GET.get("prompt", "")), request.GET.get("text", ""))
    lines = lines_of(impact, part.prompts, part)
    traffic = impact.traffic(part)
    text = _written(part, part.text)
    context = {
        "part": part,
        "text": visible(text),
        "lines": lines,
        "features": _features(lines),
        "unjudged": [line.prompt for line in lines if not line.suites],
        "traffic": traffic,
        "share": shares(traffic, impact.week.all).calls,
        "others": [_other(impact, part, text, each) for each in part.texts[1:]],
        "namesakes": [
            Namesake(address_of(each), _prompts(impact, each.prompts)) for each in several if each is not part
        ],
        "also": [
            (each.path, address_of(each))
            for each in impact.parts
            if each.path in part.also and set(each.texts) & set(part.texts)
        ],
    }
    return render(request, "prompts/part_detail.html", context)


def _of_prompt(impact: Impact, several: Sequence[Part], name: str) -> Sequence[Part]:
    """What this prompt has, for who comes from one of its versions; else all."""
    having = [part for part in several if any(impact.prompts[pk].name == name for pk in part.prompts)]
    return having or several


def _chosen(several: Sequence[Part], text: str) -> Part:
    """The one that had the text; without one, what most prompts have."""
    having = [part for part in several if any(held.text_of(part.path) == text for held in part.held)]
    found = having if text else several
    if not found:
        raise Http404
    return max(found, key=lambda part: len(part.prompts))


def _written(part: Part, text: str) -> str:
    version = PromptVersion.objects.get(pk=part.holder(text).version)
    return version.bundle.parts[part.path]


def _other(impact: Impact, part: Part, before: str, text: str) -> Other:
    having = [each for each in part.current if each.text_of(part.path) == text]
    return Other(text_diff(part.path, before, _written(part, text)), sorted(_holder(impact, each) for each in having))


def _holder(impact: Impact, held: Held) -> str:
    name = impact.prompts[held.prompt].name
    return f"{name} in {', '.join(held.environments)}" if held.environments else f"{name}, newest"


def _prompts(impact: Impact, found: Sequence[UUID] | set[UUID]) -> list[Prompt]:
    return sorted((impact.prompts[pk] for pk in found), key=lambda prompt: prompt.name)


def _features(lines: Sequence[Line]) -> list[str]:
    return sorted({line.prompt.feature.name for line in lines if line.prompt.feature})
