from datetime import datetime
from typing import override

from rest_framework import serializers


class ZonedMoment(serializers.DateTimeField):
    """What goes live an hour early or late was not planned: a time says of which zone it is."""

    default_error_messages = {
        "zone": "Say of which time zone it is: 2026-11-28T18:00:00Z, or 2026-11-28T18:00:00+01:00."
    }

    @override
    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("zone")
        return super().enforce_timezone(value)
