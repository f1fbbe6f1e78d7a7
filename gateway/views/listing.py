"""All chains, each with who answers, how they stand, and whether a second model is proven."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from evals.parity import ChainParity, of_chains
from gateway.models import Chain, ChainDrill
from gateway.standing.live import Live, lives
from gateway.views.second import Second, second_of
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission


@dataclass(frozen=True, slots=True)
class Row:
    chain: Chain
    live: Live
    parity: ChainParity
    drill: ChainDrill | None

    @property
    def is_drill_current(self) -> bool:
        """Whether the drill was of the models as they are now."""
        return self.drill is not None and self.drill.is_of(self.parity.labels)

    @property
    def second(self) -> Second:
        return second_of(self.parity, self.drill)

    @property
    def urgency(self) -> int:
        """What needs a look comes first."""
        if self.live.is_down:
            return 0
        is_failing = self.drill is not None and not self.drill.passed
        return 1 if self.live.troubled or is_failing else 2


@require_safe
@never_cache
@staff_page(Permission.CONFIG_READ)
def chain_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    rows = _rows(at)
    context = {
        "rows": rows,
        "down": sum(row.live.is_down for row in rows),
        "unproven": sum(bool(row.parity.lacks) for row in rows),
        "may_change": may_everywhere(request, Permission.CONFIG_CHANGE),
        "at": at,
    }
    return render(request, "gateway/chain_list.html", context)


_COLUMNS = (
    "chain", "position", "model", "provider", "state", "answered_15m", "failed_15m", "answered_24h", "failed_24h",
    "share_24h", "standing", "proven_second", "last_drill", "last_drill_at",
    "last_drill_current",
)  # fmt: skip


@require_safe
@staff_page(Permission.CONFIG_READ)
def chain_csv(request: TenantRequest) -> StreamingHttpResponse:
    at = datetime.now(UTC)
    # Written here: what is read for a row is read within the request's scope.
    rows = list(_csv_rows(_rows(at)))
    return spreadsheet.answer("chains", _COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def _rows(at: datetime) -> list[Row]:
    chains = list(Chain.objects.order_by("slug"))
    live, parity, drills = lives(chains, at=at), of_chains(chains), newest_drills(chains)
    rows = [Row(chain, live[chain.pk], parity[chain.pk], drills.get(chain.pk)) for chain in chains]
    return sorted(rows, key=lambda row: row.urgency)


def newest_drills(chains: Sequence[Chain]) -> Mapping[UUID, ChainDrill]:
    """Of each its newest that is over."""
    rows = ChainDrill.objects.finished().filter(chain__in=chains).order_by("chain", "-id").distinct("chain")
    return {drill.chain_id: drill for drill in rows}


def _csv_rows(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        for line, of_it in zip(row.live.lines, row.parity.members, strict=True):
            yield (
                row.chain.slug, line.member.position + 1, line.model.slug, line.model.provider.slug,
                line.state.word.word.lower(),
                line.answered, line.failed, line.answered_day, line.failed_day, line.share, str(of_it.standing),
                not row.parity.lacks, row.drill.outcome if row.drill else None,
                row.drill and row.drill.started_at.astimezone(UTC).isoformat(),
                row.is_drill_current if row.drill else None,
            )  # fmt: skip
