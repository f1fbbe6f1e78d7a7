"""The confirm step's form, of a stop that is to be made at a moment."""

from datetime import datetime
from typing import Any, Final, override

from django import forms

from killswitch.forms import LENGTHS, StopForm
from killswitch.models import Stop

_NO_TIME: Final = "Give the time as day and hour, in UTC."


class PlanForm(StopForm):
    starts_at = forms.DateTimeField(
        error_messages={"required": "Say when it has to be turned off.", "invalid": _NO_TIME}
    )
    ends_at = forms.DateTimeField(required=False, error_messages={"invalid": _NO_TIME})

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if ends_at and cleaned.get("until"):
            self.add_error("ends_at", "Choose one end: “Turn back on” below, or a time.")
        elif ends_at and cleaned.get("reason") in Stop.CAREFUL:
            label = Stop.Reason(cleaned["reason"]).label
            self.add_error("ends_at", f"“{label}” stays off until a second person turns it back on: leave the end out.")
        elif starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "It has to end after it begins.")
        return cleaned

    @property
    def chosen_end(self) -> datetime | None:
        """What was chosen above counts from its start."""
        given: datetime | None = self.cleaned_data["ends_at"]
        length = LENGTHS.get(self.cleaned_data["until"])
        return self.cleaned_data["starts_at"] + length if length else given
