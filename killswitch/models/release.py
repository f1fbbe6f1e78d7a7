from django.db import models


class Release(models.Model):
    """Somebody let calls through that processes held back by a stop which this database never knew."""

    stop_id = models.UUIDField(primary_key=True)
    target = models.CharField(max_length=160)
    released_at = models.DateTimeField()
    released_by = models.CharField(max_length=254)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.target} released"
