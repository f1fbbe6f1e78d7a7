"""Trying a chain out: now, by itself, and what came of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from gateway.drills import plan_drills, start_drill
from gateway.models import Chain, ChainDrill, DrillPlan
from gateway.reason_words import hops_told
from gateway.views.editing import home
from tenants.http import TenantRequest, posted, staff_page
from tenants.permissions import Permission
from tenants.refusals import Invalid

_COLUMNS = (
    "started_at", "finished_at", "outcome", "by", "scheduled", "gateway", "call", "made_to_fail", "asked_in_vain",
    "asked_in_vain_words",
    "served", "ms", "error", "trouble",
)  # fmt: skip


@staff_page(Permission.CONFIG_CHANGE)
@posted(home)
def drill_run(request: TenantRequest, slug: str) -> HttpResponse:
    chain = get_object_or_404(Chain, slug=slug)
    start_drill(chain, by=request.principal.actor, at=datetime.now(UTC))
    return redirect(f"{home(request, slug)}#drills")


@staff_page(Permission.CONFIG_CHANGE)
@posted(home)
def drill_plan(request: TenantRequest, slug: str) -> HttpResponse:
    chain, hour = get_object_or_404(Chain, slug=slug), request.POST.get("hour", "")
    if not (hour.isascii() and hour.isdigit() and len(hour) < 3):
        raise Invalid("hour", "it must be from 0 to 23.")
    every = request.POST.get("every", "")
    plan = plan_drills(chain, every=every, hour=int(hour), by=request.principal.actor, at=datetime.now(UTC))
    when = _when(plan) if plan else "only when somebody asks for it"
    messages.success(request, f"{chain.slug} is tried out {when}.", extra_tags="drills")
    return redirect(f"{home(request, slug)}#drills")


@require_safe
@staff_page(Permission.CONFIG_READ)
def drill_csv(request: TenantRequest, slug: str) -> StreamingHttpResponse:
    chain, at = get_object_or_404(Chain, slug=slug), datetime.now(UTC)
    rows = list(_csv_rows(chain))
    return spreadsheet.answer("drills", _COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def _csv_rows(chain: Chain) -> Iterator[tuple[object, ...]]:
    """One of each gateway of each drill; of one that reached none, one."""
    for drill in ChainDrill.objects.filter(chain=chain).newest_first():
        for each in drill.answers or [{}]:
            yield (
                _time(drill.started_at), _time(drill.finished_at), drill.outcome, drill.started_by, drill.scheduled,
                each.get("process"), each.get("call"), each.get("failed"),
                " ".join(":".join(hop) for hop in each.get("hops", ())),
                "; ".join(hops_told(each.get("hops", ()))), each.get("served"), each.get("ms"),
                each.get("error"), drill.trouble,
            )  # fmt: skip


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _when(plan: DrillPlan) -> str:
    label = plan.get_every_display()
    return f"{label[:1].lower()}{label[1:]}, at {plan.hour:02}:00 UTC"
