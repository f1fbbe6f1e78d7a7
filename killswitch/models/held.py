from django.db import models


class HeldRelease(models.Model):
    """Somebody let calls through that processes held back by a stop which this database never knew."""

    stop_id = models.UUIDField(primary_key=True)
    target = models.CharField(max_length=160)
    released_at = models.DateTimeField()
    released_by = models.CharField(max_length=254)
    note = models.TextField(blank=True)

    class Meta:
        # Read by gateways of before it had this name, too.
        db_table = "killswitch_release"

    def __str__(self) -> str:
        return f"{self.target} released"


class HeldReview(models.Model):
    """The first of the two people who let calls through that a careful stop of this kind holds back."""

    stop_id = models.UUIDField(primary_key=True)
    target = models.CharField(max_length=160)
    reviewed_at = models.DateTimeField()
    reviewed_by_id = models.CharField(max_length=64)
    reviewed_by = models.CharField(max_length=254)
    note = models.TextField()

    def __str__(self) -> str:
        return f"{self.target} reviewed"
