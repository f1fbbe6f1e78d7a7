from typing import override

from django.db import models

from aiops.lib import uuid7


class JournalPosition(models.Model):
    """How far the recorder has got in one journal file; moves in the transaction that recorded its lines."""

    file = models.CharField(primary_key=True, max_length=255)
    offset = models.BigIntegerField()
    # Where the oldest call begins that is still open: a new recorder reads again from here.
    low_water = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low_water__gte=0, low_water__lte=models.F("offset")), name="low_water_before_offset"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.file} {self.offset}"


class DeadLetter(models.Model):
    """A journal line that could not be recorded, kept as it is so that the others could go on."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    file = models.CharField(max_length=255)
    offset = models.BigIntegerField()
    line = models.BinaryField()
    fault = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # A line that is read again must not be counted again.
            models.UniqueConstraint(fields=["file", "offset"], name="one_letter_a_line"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.file} {self.offset}: {self.fault}"
