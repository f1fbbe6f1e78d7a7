"""The numbers by which every process knows that it is current."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tenants.models import Revision


@contextmanager
def changing(name: Revision.Name) -> Iterator[None]:
    """A transaction that will move this revision: takes its lock first, before any audit chain's."""
    with transaction.atomic():
        Revision.objects.select_for_update().get(name=name)
        yield


def bump(name: Revision.Name) -> int:
    """Move it now and learn the number that this transaction will commit; the trigger then leaves it alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE tenants_revision
            SET number = number + 1, previous_mark = mark, mark = gen_random_uuid(), changed_at = clock_timestamp(),
              bumped_in = pg_current_xact_id()::text::bigint
            WHERE name = %s RETURNING number
            """,
            [name],
        )
        return int(cursor.fetchone()[0])


def marks(name: Revision.Name) -> dict[str, str]:
    """Of the last number, and of the one it came `after`, as pushes tell them. With the revision's lock held."""
    mark, after = Revision.objects.values_list("mark", "previous_mark").get(name=name)
    return {"mark": str(mark), "after": str(after)}


def number(name: Revision.Name) -> int:
    return Revision.objects.values_list("number", flat=True).get(name=name)
