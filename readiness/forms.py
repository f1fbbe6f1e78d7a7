from typing import Any, Final

from django import forms

from readiness.models import ItemException
from readiness.services.attesting import LONGEST_URL, MOST_WORDS
from tenants.refusals import Invalid

_LONG: Final = {"max_length": "Keep it under %(limit_value)d characters.", "required": "This is needed."}
_DATE: Final = {"invalid": "Give a date such as 2027-03-31.", "required": "Say until which day it holds."}
SCOPES: Final = {"feature": "This feature", "all": "All features"}


class ForScope(forms.Form):
    """Its labels are those of the page."""

    scope = forms.ChoiceField(
        label="It holds for", choices=list(SCOPES.items()), error_messages={"required": "Choose for what it holds."}
    )

    def refuse(self, refused: Invalid) -> bool:
        """Beside the field that it is about. False if there is none: the page says it as a whole."""
        if refused.field not in self.fields:
            return False
        self.add_error(refused.field, refused.sentence)
        return True


class AttestForm(ForScope):
    document_url = forms.CharField(label="Address of the document", max_length=LONGEST_URL, error_messages=_LONG)
    statement = forms.CharField(label="What it shows", max_length=MOST_WORDS, error_messages=_LONG)
    expires_on = forms.DateField(label="Counts until", error_messages=_DATE)
    providers = forms.MultipleChoiceField(label="Providers that it covers", required=False)

    def __init__(self, *args: Any, providers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["providers"].choices = [(each, each) for each in providers]  # type: ignore[attr-defined]  # a choice field


class ExceptionForm(ForScope):
    kind = forms.ChoiceField(choices=ItemException.Kind.choices, error_messages={"required": "Choose one."})
    reason = forms.CharField(label="Why", max_length=MOST_WORDS, error_messages=_LONG)
    expires_on = forms.DateField(label="Holds until", required=False, error_messages=_DATE)
