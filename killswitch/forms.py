from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django import forms

from killswitch.models import Stop
from tenants.models import Feature

# A person chooses among these; `automatic` is for rules.
REASONS: Final = [reason for reason in Stop.Reason if reason != Stop.Reason.AUTOMATIC]
FIRST_REASONS: Final = REASONS[:5]
UNTIL: Final = {"": "When I say so", "1h": "1 hour", "4h": "4 hours"}
_LENGTHS: Final = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}


class StopForm(forms.Form):
    reason = forms.ChoiceField(
        choices=[(reason.value, reason.label) for reason in REASONS],
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of these reasons."},
    )
    until = forms.ChoiceField(choices=list(UNTIL.items()), required=False)
    note = forms.CharField(
        max_length=2000,
        required=False,
        error_messages={"max_length": "Keep the note under %(limit_value)d characters."},
    )
    feature = forms.ModelMultipleChoiceField(
        Feature.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": "There is no feature %(value)s. Choose from the list."},
    )
    # Sent twice, as by a double tap or a reload, it stops once.
    submission = forms.UUIDField(widget=forms.HiddenInput)
    # What the tenant's switches were when this form was opened.
    expected = forms.IntegerField(widget=forms.HiddenInput)
    # Set where single features are chosen: none chosen must not mean all of them.
    only_features = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        reason, until = cleaned.get("reason"), cleaned.get("until")
        if until and reason in Stop.CAREFUL:
            label = Stop.Reason(reason).label
            said = f"“{label}” stays off until a second person turns it back on. Choose “When I say so”."
            self.add_error("until", said)
        if cleaned.get("only_features") and not cleaned.get("feature") and "feature" not in self.errors:
            self.add_error("feature", "Choose at least one feature, or turn off everything.")
        return cleaned

    def expires_at(self, at: datetime) -> datetime | None:
        length = _LENGTHS.get(self.cleaned_data["until"])
        return at + length if length else None


def opened(query: Mapping[str, str], *, features: Iterable[str], expected: int) -> dict[str, Any]:
    """What the form holds when it is opened from a link that prefills it; what the link gets wrong is left out."""
    known = set(Feature.objects.filter(slug__in=features).values_list("slug", flat=True))
    return {
        "reason": query.get("reason") if query.get("reason") in REASONS else Stop.Reason.LOOKING.value,
        "until": query.get("until") if query.get("until") in _LENGTHS else "",
        "note": query.get("note", "")[:2000],
        "feature": sorted(known),
        "only_features": bool(known) or "choose" in query,
        "submission": uuid4(),
        "expected": expected,
    }
