"""The proof that the switch works: how soon stops were in force everywhere, and every drill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from killswitch.drills import last_proof, run_drill, summary_at
from killswitch.drills.summing import BOUNDS
from killswitch.models import Drill
from killswitch.standing import above
from tenants.http import TenantRequest, may_everywhere, posted, staff_page
from tenants.permissions import Permission

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Bar:
    """`x`, `width` and `height` in percent of the picture."""

    label: str
    count: int
    x: float
    width: float
    height: float

    @property
    def y(self) -> float:
        return 100 - self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@require_safe
@never_cache
@staff_page(Permission.SWITCHES_READ)
def drill_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    summary = summary_at(at)
    context = {
        "above": above(),
        "proof": last_proof(at),
        "summary": summary,
        "bars": bars(summary.histogram),
        "drills": Drill.objects.order_by("-started_at")[:_SHOWN],
        "may_drill": may_everywhere(request, Permission.SWITCHES_CHANGE),
        "at": at,
    }
    return render(request, "killswitch/drill_list.html", context)


@staff_page(Permission.SWITCHES_CHANGE, is_slow=True)
@posted(lambda request: reverse("killswitch:drill-list"))
def drill_run(request: TenantRequest) -> HttpResponse:
    """Others have to see what it does while it does it, so no transaction is open round it."""
    drill = run_drill(by=request.principal.actor)
    if drill.passed:
        messages.success(request, f"Passed: {drill.confirmed} of {drill.total} workers confirmed.")
    else:
        messages.error(request, f"Not passed. {drill.trouble}")
    return redirect("killswitch:drill-list")


def bars(histogram: Sequence[int]) -> list[Bar]:
    """One for each bound, and one for what was slower."""
    labels = [*(_spoken(bound) for bound in BOUNDS), "more"]
    most, step = max(histogram, default=0) or 1, 100 / len(labels)
    return [
        Bar(label, count, round(place * step + step * 0.1, 2), round(step * 0.8, 2), round(count / most * 100, 2))
        for place, (label, count) in enumerate(zip(labels, histogram, strict=True))
    ]


def _spoken(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"
