"""One version: what it says, and how it differs from another."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib.showing import visible
from evals.impact.contents import passages_of
from prompts.bundle import Bundle
from prompts.diffing import PromptDiff, TextDiff, diff
from prompts.lint.tokens import sizes_of_bundle, whole
from prompts.models import Prompt, PromptVersion, Release
from prompts.serving import against, live_releases
from prompts.views.finding import find_prompt, find_version, listed_versions
from prompts.views.history import VersionLine
from prompts.views.judged import judged
from prompts.views.labels import labels
from prompts.views.settings import settings_in_words
from prompts.views.switched_off import switched_off
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

# Of so many versions one can be chosen to compare with; others are named in the address.
_CHOICES: Final = 100
_INCLUDES: Final = re.compile(r"""{%[-+]?\s*include\s+["']([^"']+)["']""")
_VIEWS: Final = {"unified": "Unified", "split": "Side by side"}


@dataclass(frozen=True, slots=True)
class Text:
    """A message or a part, as it was written; `tokens` with what it includes."""

    name: str
    text: str
    tokens: int | None
    # Whether it has a page of its own, with everything it is in.
    is_part: bool = False

    @property
    def has_parts(self) -> bool:
        return bool(_INCLUDES.search(self.text))


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def version_detail(request: TenantRequest, name: str, version: str) -> HttpResponse:
    prompt = find_prompt(name)
    head = find_version(prompt, version)
    live = live_releases(prompt)
    word = request.GET.get("against", "")
    base = find_version(prompt, word) if word else against(prompt, head, live)
    bundle = head.bundle
    found = diff(base.bundle, bundle) if base else None
    context = {
        "prompt": prompt,
        "line": VersionLine(
            head,
            [each.environment for each in live if each.version_id == head.pk],
            _judged(head),
            labels=labels(prompt).get(head.pk, ()),
        ),
        "base": base,
        "choices": _choices(prompt, head, base),
        "may_release": may_everywhere(request, Permission.PROMPTS_RELEASE),
        **switched_off(request, prompt, head),
        "reader": request.principal.actor.id,
        "may_stop": may_everywhere(request, Permission.SWITCHES_SHARED),
        "at": datetime.now(UTC),
        **_of_diff(request, found),
        **_of_text(bundle, _paths_with_a_page(prompt, live)),
    }
    return render(request, "prompts/version_detail.html", context)


def _judged(version: PromptVersion) -> Sequence[Any]:
    return judged([version.pk]).get(version.pk, [])


def _choices(prompt: Prompt, head: PromptVersion, base: PromptVersion | None) -> list[PromptVersion]:
    newest = [each for each in listed_versions(prompt)[: _CHOICES + 1] if each.pk != head.pk]
    is_listed = base is None or base.pk == head.pk or base.pk in {each.pk for each in newest}
    return newest if is_listed or base is None else [*newest, base]


def _of_diff(request: TenantRequest, found: PromptDiff | None) -> dict[str, Any]:
    texts = found.texts if found else ()
    part = request.GET.get("part", "")
    chosen = part if part in {text.name for text in texts} else ""
    view = request.GET.get("view", "")
    return {
        "diff": found,
        "texts": [text for text in texts if _is_chosen(text, chosen)],
        "part": chosen,
        "view": view if view in _VIEWS else "unified",
        "views": _VIEWS,
    }


def _is_chosen(text: TextDiff, part: str) -> bool:
    return not part or text.name == part


def in_order_of_use(bundle: Bundle) -> list[tuple[str, str]]:
    """Parts as a reader meets them: where they are first included, what each includes after it; unused ones last."""
    found: dict[str, str] = {}
    waiting = _included("\n".join(message.content for message in bundle.messages))
    while waiting:
        path = waiting.pop(0)
        if path in bundle.parts and path not in found:
            found[path] = bundle.parts[path]
            waiting = [*_included(found[path]), *waiting]
    return list((found | dict(bundle.parts)).items())


def _included(text: str) -> list[str]:
    return _INCLUDES.findall(text)


def _paths_with_a_page(prompt: Prompt, live: Sequence[Release]) -> set[str]:
    """Parts of what is served or newest have one; what an old version alone had does not."""
    newest = PromptVersion.objects.of(prompt).order_by("-number").values_list("pk", flat=True)[:1]
    held = passages_of({*newest, *(each.version_id for each in live)})
    return {passage.path for passages in held.values() for passage in passages}


def _of_text(bundle: Bundle, with_a_page: Collection[str]) -> dict[str, Any]:
    sizes = sizes_of_bundle(bundle)
    tokens = {size.template: size.tokens for size in sizes}
    messages = [
        Text(f"{message.role.value.capitalize()} message", visible(message.content), tokens.get(f"messages[{place}]"))
        for place, message in enumerate(bundle.messages)
    ]
    parts = [
        Text(path, visible(text), tokens.get(path), is_part=path in with_a_page)
        for path, text in in_order_of_use(bundle)
    ]
    return {
        "messages_": messages,
        "parts": parts,
        "tokens": whole(sizes) if sizes else None,
        "settings": settings_in_words(bundle),
    }
