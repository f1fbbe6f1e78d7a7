"""Whether stops reach every gateway: for monitors. No key is asked for, so no customer is named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import Error
from django.db.models import Count
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from killswitch import sweeping
from killswitch.confirmations import Late, late
from killswitch.models import Drill, Stop
from tenants import revisions
from tenants.clock import database_now
from tenants.models import Process, Revision


@require_safe
def killswitch(request: HttpRequest) -> JsonResponse:
    """Always 200 while the console lives; `status` says whether stops are in force everywhere."""
    try:
        body = _found()
    except Error:
        body = {"status": "unknown", "detail": "PostgreSQL does not answer."}
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


def in_force() -> dict[str, int]:
    """By scope; without those of drills, which stop nobody."""
    stops = Stop.objects.active().exclude(origin=Stop.Origin.DRILL)
    return dict(stops.order_by("scope").values_list("scope").annotate(Count("id")))


def newest_drill() -> Drill | None:
    return Drill.objects.finished().order_by("-started_at").first()


def _found() -> dict[str, Any]:
    at, revision = database_now(), revisions.number(Revision.Name.STOPS)
    gateways = list(Process.objects.gateways().saying_whether_they_answer().order_by("name"))
    behind, drill = late(at), newest_drill()
    sweeps = not sweeping.is_silent(sweeping.last(), at=at)
    return {
        "status": _status(gateways, behind, drill, sweeps=sweeps),
        "stops_revision": revision,
        "stops_in_force": in_force(),
        "gateways": [_gateway(each, revision, at) for each in gateways],
        "unconfirmed": [{"revision": each.revision, "laggards": each.laggards, "lost": each.lost} for each in behind],
        "worker_sweeps": sweeps,
        "last_drill": _drill(drill),
    }


def _status(gateways: Sequence[Process], behind: Sequence[Late], drill: Drill | None, *, sweeps: bool) -> str:
    if behind:
        return "late"
    are_well = all(each.is_answering and each.push_works and not each.held_stops for each in gateways)
    is_well = gateways and are_well and sweeps and (drill is None or drill.passed)
    return "ok" if is_well else "degraded"


def _gateway(process: Process, revision: int, at: datetime) -> dict[str, Any]:
    return {
        "name": process.name,
        "stops_revision": process.stops_revision,
        "is_current": process.stops_revision >= revision,
        "age_seconds": round(max(0.0, (at - process.seen_at).total_seconds()), 3),
        "is_answering": process.is_answering,
        # What it said before it fell silent tells nothing of now.
        "push_works": process.push_works if process.is_answering else None,
        "held_stops": len(process.held_stops),
    }


def _drill(drill: Drill | None) -> dict[str, Any] | None:
    if drill is None:
        return None
    return {
        "at": drill.finished_at,
        "passed": drill.passed,
        "seconds": drill.stop_seconds,
        "confirmed": drill.confirmed,
        "total": drill.total,
    }
