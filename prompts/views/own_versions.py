"""Tenants of an environment that are served a version of their own, a page of them at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from prompts import services
from prompts.models import Prompt, Release
from tenants.models import Tenant

PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class OwnLine:
    tenant: Tenant
    # None: it has a canary alone, beside what everybody gets.
    main: Release | None
    canary: Release | None
    # Its own version has another before it; else going back is what ending it is.
    can_go_back: bool = False


@dataclass(frozen=True, slots=True)
class OwnPage:
    """`newer` and `older` are pages' numbers; `found`: so many are called as was asked."""

    lines: Sequence[OwnLine]
    found: int
    text: str
    is_open: bool
    newer: int | None
    older: int | None


def own_page(prompt: Prompt, environment: str, query: QueryDict) -> OwnPage:
    """`own` names the environment whose list is open; `find` finds in it, `tenants` turns its pages."""
    is_open = query.get("own") == environment
    text = query.get("find", "").strip()[:100] if is_open else ""
    number = _page(query.get("tenants", "")) if is_open else 1
    lasting = Release.objects.of(prompt, environment).exclude(tenant=None).lasting()
    named = Tenant.objects.filter(pk__in=lasting.order_by().values("tenant"))
    if text:
        named = named.filter(Q(name__icontains=text) | Q(slug__icontains=text))
    first = (number - 1) * PAGE
    shown = list(named.order_by("name", "slug")[first : first + PAGE + 1])
    lanes = _lanes(prompt, environment, shown[:PAGE])
    back = services.with_a_way_back(prompt, environment, shown[:PAGE])
    lines = [OwnLine(each, *lanes[each.pk], each.pk in back) for each in shown[:PAGE]]
    return OwnPage(lines, named.count(), text, is_open, number - 1 or None, number + 1 if len(shown) > PAGE else None)


def _lanes(
    prompt: Prompt, environment: str, tenants: Sequence[Tenant]
) -> Mapping[UUID | None, tuple[Release | None, Release | None]]:
    rows = Release.objects.of(prompt, environment).filter(tenant__in=tenants).lasting()
    found: dict[UUID | None, tuple[Release | None, Release | None]] = defaultdict(lambda: (None, None))
    for release in rows.select_related("version", "planned").defer("version__content"):
        main, canary = found[release.tenant_id]
        found[release.tenant_id] = (main, release) if release.is_canary else (release, canary)
    return found


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
