"""Which units this task asks: taken in SQL, so that no two ask the same; of one that died they come free again."""

from typing import Final
from uuid import UUID

from django.db import connection

from evals.models import Run
from evals.planning import Unit

# Free is what `ResultQuerySet.free` says. A task that has lost its shard gets none.
_CLAIM: Final = """
UPDATE evals_result SET held_by = %(task)s
WHERE (run_id, arm, "case", repeat) IN (
  SELECT run_id, arm, "case", repeat FROM evals_result unit
  WHERE run_id = %(run)s AND done_at IS NULL
    AND NOT EXISTS (
      SELECT FROM evals_shard shard
      WHERE shard.run_id = unit.run_id AND shard.held_by = unit.held_by AND shard.until > clock_timestamp())
    AND EXISTS (SELECT FROM evals_shard shard WHERE shard.run_id = %(run)s AND shard.held_by = %(task)s)
  ORDER BY place LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING place, arm, "case", repeat
"""


def claim(run: Run, task: UUID, most: int) -> list[Unit]:
    """Up to so many that nobody asks, in their order. None once the run was ended."""
    if not Run.objects.running().filter(pk=run.pk).exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"run": run.pk, "task": task, "most": most})
        return [Unit(arm, case, repeat) for _, arm, case, repeat in sorted(cursor.fetchall())]
