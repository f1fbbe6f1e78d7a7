from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import uuid4

from django import forms
from django.http import QueryDict

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


@dataclass(frozen=True, slots=True)
class Link:
    """What a link to the form prefills; what it gets wrong is left out, and said."""

    reason: str
    until: str
    note: str
    features: Sequence[str]
    chooses: bool
    wrongs: Sequence[str]

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        reason, until, asked = query.get("reason", ""), query.get("until", ""), query.getlist("feature")
        known = set(Feature.objects.filter(slug__in=asked).values_list("slug", flat=True))
        ends = until in _LENGTHS and reason not in Stop.CAREFUL
        return cls(
            reason=reason if reason in REASONS else Stop.Reason.LOOKING.value,
            until=until if ends else "",
            note=query.get("note", "")[:2000],
            features=sorted(known),
            chooses=bool(known) or "choose" in query,
            wrongs=tuple(_wrongs(reason, until, [slug for slug in asked if slug not in known])),
        )

    def initial(self, *, expected: int) -> dict[str, Any]:
        return {
            "reason": self.reason,
            "until": self.until,
            "note": self.note,
            "feature": self.features,
            "only_features": self.chooses,
            "submission": uuid4(),
            "expected": expected,
        }


def _wrongs(reason: str, until: str, unknown: Iterable[str]) -> Iterator[str]:
    if reason and reason not in REASONS:
        yield f"The link asked for reason “{reason[:40]}”, which there is not."
    if until and until not in _LENGTHS:
        yield f"The link asked to turn it back on after “{until[:40]}”; there is {', '.join(_LENGTHS)} or no end."
    elif until and reason in Stop.CAREFUL:
        label = Stop.Reason(reason).label
        yield f"The link asked to turn it back on after {UNTIL[until]}; for “{label}” there is no end."
    for slug in unknown:
        yield f"The link asked for feature “{slug[:40]}”, which there is not."
