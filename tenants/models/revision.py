import uuid

from django.db import models


class Revision(models.Model):
    """How often a set of tables has changed. Bumped at commit by triggers, so its order is commit order."""

    class Name(models.TextChoices):
        STOPS = "stops"
        CONFIG = "config"

    name = models.CharField(primary_key=True, max_length=10, choices=Name)
    number = models.BigIntegerField(default=0)
    # New when the database was restored from a backup: numbers of two generations do not compare.
    generation = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField(auto_now_add=True)
    # The transaction that moved it last: the triggers bump once a transaction, not once a row.
    bumped_in = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
