"""The 26 items of one feature, and the same as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from readiness.items import BAR, ITEMS, UNPROVABLE
from readiness.standing import FeatureStanding, Standing, standings
from readiness.views.showing import Row, bar_of, sections_of
from tenants.http import TenantRequest, staff_page
from tenants.models import Feature
from tenants.permissions import Permission

# By what is chosen in the address, as a chip says it.
CHOICES: Final = {"": "Not met yet", "met": "Met", "all": "All"}
COLUMNS: Final = (
    "feature", "item", "group", "title", "owner", "state", "since", "evidence", "as_of", "expires_on", "proofs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    show: str
    label: str
    count: int


@require_safe
@never_cache
@staff_page(Permission.READINESS_READ)
def item_list(request: TenantRequest, feature: str) -> HttpResponse:
    at, show = datetime.now(UTC), _choice(request)
    [found] = standings([get_object_or_404(Feature, slug=feature)], at=at)
    shown = [Row(each, each.ends_soon(at.date())) for each in found.items if _is_asked(each, show)]
    context = {
        "feature": found.feature,
        "found": found,
        "meter": bar_of(found),
        "bar": BAR,
        "items": len(ITEMS),
        "sections": sections_of(found, shown),
        "unprovable": UNPROVABLE,
        "show": show,
        "chips": [
            Chip(each, label, sum(_is_asked(one, each) for one in found.items)) for each, label in CHOICES.items()
        ],
        "ending": found.ending(at.date()),
        "at": at,
    }
    return render(request, "readiness/item_list.html", context)


@require_safe
@staff_page(Permission.READINESS_READ)
def item_csv(request: TenantRequest, feature: str) -> HttpResponse | StreamingHttpResponse:
    at, show = datetime.now(UTC), _choice(request)
    [found] = standings([get_object_or_404(Feature, slug=feature)], at=at)
    rows = list(_rows(found, show, request))
    return spreadsheet.answer(f"readiness-{feature}", COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def _choice(request: TenantRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in CHOICES else ""


def _is_asked(standing: Standing, show: str) -> bool:
    return show == "all" or standing.state.counts == (show == "met")


def _rows(found: FeatureStanding, show: str, request: TenantRequest) -> Iterator[Sequence[object]]:
    for each in found.items:
        if not _is_asked(each, show):
            continue
        item, evidence = each.item, each.evidence
        proofs = " ".join(request.build_absolute_uri(proof.url) for proof in evidence.proofs)
        as_of = evidence.as_of.astimezone(UTC).isoformat() if evidence.as_of else None
        yield (
            found.feature.slug, item.number, item.group, item.title, item.owner, each.state, each.since,
            evidence.sentence, as_of, evidence.expires_on, proofs,
        )  # fmt: skip
