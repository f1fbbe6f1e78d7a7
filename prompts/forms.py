from typing import Any, Final

from django import forms

from tenants.models import Role

_TOO_LONG: Final = {"max_length": "Keep it under %(limit_value)d characters."}


class ReleaseForm(forms.Form):
    # How many releases there had been when the form was drawn.
    expected = forms.IntegerField(min_value=0)
    note = forms.CharField(max_length=2000, required=False, error_messages=_TOO_LONG)
    # Why it goes live without a green verdict; whether it is needed is not the form's to know.
    override = forms.CharField(max_length=2000, required=False, error_messages=_TOO_LONG)


class DecisionForm(forms.Form):
    """On a release that waits."""

    # The number of the newest release there when the form was drawn; a short form on a list has none.
    expected = forms.IntegerField(min_value=0, required=False)
    note = forms.CharField(max_length=2000, required=False, error_messages=_TOO_LONG)

    def __init__(self, *args: Any, is_why_needed: bool = False, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["note"].required = is_why_needed
        self.fields["note"].error_messages["required"] = "Say why: whoever asked for it reads it."


MAY_RELEASE: Final = {Role.ENGINEER.value: "Engineers and admins", Role.ADMIN.value: "Admins alone"}
SECOND_PERSON: Final = {"no": "No", "yes": "Yes"}


class ProtectionForm(forms.Form):
    role = forms.ChoiceField(
        choices=list(MAY_RELEASE.items()),
        error_messages={"required": "Choose who may release.", "invalid_choice": "Choose who may release."},
    )
    second_person = forms.TypedChoiceField(
        choices=list(SECOND_PERSON.items()),
        coerce=lambda word: word == "yes",
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )
    # What held when the form was drawn.
    seen = forms.CharField(max_length=40, required=False)
