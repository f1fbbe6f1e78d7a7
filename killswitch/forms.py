from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import uuid4

from django import forms
from django.http import QueryDict

from killswitch.models import Stop
from killswitch.scopes import LONGEST_DRAIN_SECONDS, MODES, InFlight, Mode, Scope
from killswitch.services.order import LONGEST_MESSAGE, REASONS
from killswitch.words import CHOICES, UNDER_WAY
from tenants.models import Feature

FIRST_REASONS: Final = REASONS[:5]
UNTIL: Final = {"": "When I say so", "1h": "1 hour", "4h": "4 hours"}
LENGTHS: Final = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}
DRAIN_SECONDS: Final = 30
LONGEST_NOTE: Final = 2000
_TOO_LONG: Final = {"max_length": "Keep the note under %(limit_value)d characters."}
_NO_MODE: Final = {"invalid_choice": "Choose what callers get from the list."}
_NOT_SECONDS: Final = f"Say in how many seconds they have to end, 1 to {LONGEST_DRAIN_SECONDS}."


def modes_of(scope: Scope) -> list[tuple[Mode, str]]:
    return [(mode, label) for mode, label in CHOICES.items() if mode in MODES[scope]]


class StopForm(forms.Form):
    reason = forms.ChoiceField(
        choices=[(reason.value, reason.label) for reason in REASONS],
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of these reasons."},
    )
    until = forms.ChoiceField(choices=list(UNTIL.items()), required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False, error_messages=_TOO_LONG)
    mode = forms.ChoiceField(required=False, error_messages=_NO_MODE)
    in_flight = forms.ChoiceField(
        choices=[(each.value, label) for each, label in UNDER_WAY.items()],
        required=False,
        error_messages={"invalid_choice": "Choose what happens to calls under way."},
    )
    drain_seconds = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_DRAIN_SECONDS,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NOT_SECONDS),
    )
    message = forms.CharField(
        max_length=LONGEST_MESSAGE,
        required=False,
        error_messages={"max_length": "Keep what callers are told under %(limit_value)d characters."},
    )
    feature = forms.ModelMultipleChoiceField(
        Feature.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": "There is no feature %(value)s. Choose from the list."},
    )
    # Sent twice, as by a double tap or a reload, it stops once.
    submission = forms.UUIDField(widget=forms.HiddenInput)
    # What the switches were when this form was opened.
    expected = forms.IntegerField(widget=forms.HiddenInput)
    # Set where single features are chosen: none chosen must not mean all of them.
    only_features = forms.BooleanField(required=False)
    # Asked where it is over everyone.
    everyone = forms.BooleanField(required=False)

    def __init__(self, *args: Any, scope: Scope, **values: Any) -> None:
        super().__init__(*args, **values)
        self.scope = scope
        # What was left out of what was sent, in words.
        self.dropped = ""
        modes = [(mode.value, label) for mode, label in modes_of(scope)]
        self.fields["mode"] = forms.ChoiceField(choices=modes, required=False, error_messages=_NO_MODE)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._drop_end(cleaned)
        if cleaned.get("only_features") and not cleaned.get("feature") and "feature" not in self.errors:
            self.add_error("feature", "Choose at least one feature, or turn off everything.")
        if self.scope == Scope.GLOBAL and not cleaned.get("everyone"):
            self.add_error("everyone", "Tick the box above the button: it says who loses AI.")
        if self.chosen_in_flight != InFlight.DRAIN:
            # The box stands there whatever was chosen.
            self.errors.pop("drain_seconds", None)
        return cleaned

    def _drop_end(self, cleaned: dict[str, Any]) -> None:
        """AI does not run on because of an end that cannot be: it is stopped without, and that is said."""
        reason, until = cleaned.get("reason"), cleaned.get("until")
        if until and reason in Stop.CAREFUL:
            cleaned["until"] = ""
            self.dropped = (
                f"“{UNTIL[until]}” was dropped: for “{Stop.Reason(reason).label}” there is no end. "
                "A second person turns it back on."
            )

    @property
    def chosen_mode(self) -> Mode:
        return Mode(self.cleaned_data.get("mode") or Mode.REFUSE)

    @property
    def chosen_in_flight(self) -> InFlight:
        return InFlight(self.cleaned_data.get("in_flight") or InFlight.CUT)

    @property
    def chosen_seconds(self) -> int:
        seconds: int = self.cleaned_data.get("drain_seconds") or DRAIN_SECONDS
        return seconds if self.chosen_in_flight == InFlight.DRAIN else 0

    def expires_at(self, at: datetime) -> datetime | None:
        length = LENGTHS.get(self.cleaned_data["until"])
        return at + length if length else None


class LiftForm(forms.Form):
    note = forms.CharField(max_length=LONGEST_NOTE, required=False, error_messages=_TOO_LONG)


class NoteForm(forms.Form):
    """Said of a stop that is there already."""

    stop = forms.UUIDField()
    note = forms.CharField(max_length=LONGEST_NOTE, error_messages={**_TOO_LONG, "required": "Say what you know."})


class ReleaseForm(forms.Form):
    """Of what only processes hold."""

    note = forms.CharField(max_length=LONGEST_NOTE, error_messages={**_TOO_LONG, "required": "Say why calls may pass."})


class ReviewForm(NoteForm):
    AGAIN: Final = {"1d": "Tomorrow", "7d": "In a week", "": "Not again"}
    again = forms.ChoiceField(choices=list(AGAIN.items()), required=False)

    def again_at(self, at: datetime) -> datetime | None:
        days = self.cleaned_data["again"].removesuffix("d")
        return at + timedelta(days=int(days)) if days else None


@dataclass(frozen=True, slots=True)
class Link:
    """What a link to the form prefills; what it gets wrong is left out, and said."""

    reason: str
    until: str
    note: str
    mode: str
    features: Sequence[str]
    chooses: bool
    wrongs: Sequence[str]

    @classmethod
    def of(cls, query: QueryDict, scope: Scope) -> Self:
        reason, until, mode = query.get("reason", ""), query.get("until", ""), query.get("mode", "")
        asked = query.getlist("feature") if scope == Scope.TENANT else []
        known = set(Feature.objects.filter(slug__in=asked).values_list("slug", flat=True))
        ends = until in LENGTHS and reason not in Stop.CAREFUL
        wrongs = [*_wrongs(reason, until, [slug for slug in asked if slug not in known]), *_wrong_mode(mode, scope)]
        return cls(
            reason=reason if reason in REASONS else Stop.Reason.LOOKING.value,
            until=until if ends else "",
            note=query.get("note", "")[:LONGEST_NOTE],
            mode=mode if mode in MODES[scope] else Mode.REFUSE.value,
            features=sorted(known),
            # One that is not there, as an alarm may name, must not widen to everything.
            chooses=bool(asked) or (scope == Scope.TENANT and "choose" in query),
            wrongs=wrongs,
        )

    def initial(self, *, expected: int) -> dict[str, Any]:
        return {
            "reason": self.reason,
            "until": self.until,
            "note": self.note,
            "mode": self.mode,
            "in_flight": InFlight.CUT.value,
            "drain_seconds": DRAIN_SECONDS,
            "feature": self.features,
            "only_features": self.chooses,
            "submission": uuid4(),
            "expected": expected,
        }


def _wrongs(reason: str, until: str, unknown: Iterable[str]) -> Iterator[str]:
    if reason and reason not in REASONS:
        yield f"The link asked for reason “{reason[:40]}”, which there is not."
    if until and until not in LENGTHS:
        yield f"The link asked to turn it back on after “{until[:40]}”; there is {', '.join(LENGTHS)} or no end."
    elif until and reason in Stop.CAREFUL:
        label = Stop.Reason(reason).label
        yield f"The link asked to turn it back on after {UNTIL[until]}; for “{label}” there is no end."
    for slug in unknown:
        yield f"The link asked for feature “{slug[:40]}”, which there is not. Choose the one that is meant."


def _wrong_mode(mode: str, scope: Scope) -> Iterator[str]:
    if mode and mode not in MODES[scope]:
        known = ", ".join(each for each, _ in modes_of(scope))
        yield f"The link asked for mode “{mode[:40]}”; here there is {known}."
