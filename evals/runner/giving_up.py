"""When so many answers could not be measured that no verdict can come of the rest, it is not paid for."""

from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import Now

from evals.gate.rules import Rules
from evals.models import Result, Run
from evals.tallying import AGAIN

NOT_ASKED: Final = "Not asked any more: too many answers could not be measured."


def give_up(run: Run) -> bool:
    """Whether it is so: then what nobody asks yet is done, unmeasured, and the run can be judged."""
    unmeasured = Q(done_at__isnull=False, passed=None)
    rows = Result.objects.of(run).filter(repeat__lt=AGAIN)
    counts = rows.aggregate(planned=Count("place"), lost=Count("place", filter=unmeasured))
    if counts["lost"] <= Rules().most_unmeasured * counts["planned"]:
        return False
    Result.objects.of(run).free().update(done_at=Now(), error=NOT_ASKED)
    return True
