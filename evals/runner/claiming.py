"""Which units this worker asks: taken in SQL, so that no two ask the same; of one that died they come free again."""

from typing import Final

from django.db import connection

from evals.models import Result, Run
from evals.planning import Unit

# Longer than any call takes; a worker that lives takes hold of its units again long before.
HELD_SECONDS: Final = 180
_CLAIM: Final = """
UPDATE evals_result SET held_until = clock_timestamp() + %(held)s * interval '1 second', held_by = %(shard)s
WHERE (run_id, arm, "case", repeat) IN (
  SELECT run_id, arm, "case", repeat FROM evals_result
  WHERE run_id = %(run)s AND done_at IS NULL AND (held_until IS NULL OR held_until < clock_timestamp())
  ORDER BY place LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING place, arm, "case", repeat
"""


def let_go(run: Run, shard: int) -> None:
    """Of what an earlier task of this shard held, which is gone: it was delivered again."""
    Result.objects.of(run).waiting().filter(held_by=shard).update(held_until=None)


def claim(run: Run, shard: int, most: int) -> list[Unit]:
    """Up to so many that nobody asks, in their order. None once the run was ended."""
    if not Run.objects.running().filter(pk=run.pk).exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"run": run.pk, "held": HELD_SECONDS, "shard": shard, "most": most})
        return [Unit(arm, case, repeat) for _, arm, case, repeat in sorted(cursor.fetchall())]
