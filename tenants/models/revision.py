import uuid

from django.db import models


class Revision(models.Model):
    """How often a set of tables has changed. Bumped at commit by triggers, so its order is commit order."""

    class Name(models.TextChoices):
        STOPS = "stops"
        CONFIG = "config"

    name = models.CharField(primary_key=True, max_length=10, choices=Name)
    number = models.BigIntegerField(default=0)
    # Of the database: what was read of another one says nothing of this one's rows.
    generation = models.UUIDField(default=uuid.uuid4)
    # New with every number: a database restored from a backup may reach a number again, but not with its mark.
    mark = models.UUIDField(default=uuid.uuid4)
    # Of the number right before: whoever has read that one knows what the next push adds to.
    previous_mark = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField(auto_now_add=True)
    # The transaction that moved it last: the triggers bump once a transaction, not once a row.
    bumped_in = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
