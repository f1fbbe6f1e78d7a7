from typing import Final

from django import forms

_TOO_LONG: Final = {"max_length": "Keep it under %(limit_value)d characters."}


class ReleaseForm(forms.Form):
    # How many releases there had been when the form was drawn.
    expected = forms.IntegerField(min_value=0)
    note = forms.CharField(max_length=2000, required=False, error_messages=_TOO_LONG)
    # Why it goes live without a green verdict; whether it is needed is not the form's to know.
    override = forms.CharField(max_length=2000, required=False, error_messages=_TOO_LONG)
