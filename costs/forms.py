import re
from decimal import Decimal
from typing import Any, Final

from django import forms

from costs.models import Budget
from costs.models.budget import MOST_USD
from tenants.models import Feature, Tenant

_NOT_AN_AMOUNT: Final = "Enter an amount in dollars, such as 250 or 0.50."
# As pages print money: a dollar sign, and commas between thousands only, so that 1,5 is no 15.
_AMOUNT: Final = re.compile(r"-?\$?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|-?\$?\.[0-9]+")
LONGEST_AMOUNT: Final = 40
_PLACES: Final = 9


class BudgetForm(forms.Form):
    """Whose calls, how long, how much, and whether it refuses."""

    tenant = forms.ModelChoiceField(
        Tenant.objects.customers(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": "There is no such tenant. Leave it empty for all tenants."},
    )
    feature = forms.ModelChoiceField(
        Feature.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": "There is no such feature. Choose from the list."},
    )
    period = forms.ChoiceField(
        choices=Budget.Period.choices, error_messages={"required": "Choose a period.", "invalid_choice": "Choose one."}
    )
    kind = forms.ChoiceField(
        choices=Budget.Kind.choices,
        error_messages={"required": "Choose what it does when it is used up.", "invalid_choice": "Choose one."},
    )
    amount_usd = forms.CharField(error_messages={"required": _NOT_AN_AMOUNT})
    # What the budget was when this form was opened.
    expected = forms.CharField(required=False, max_length=60)
    # Set by the second step, which has told what would be refused.
    confirmed = forms.BooleanField(required=False)

    def clean_amount_usd(self) -> Decimal:
        typed = self.cleaned_data["amount_usd"]
        # A thousand digits are no amount, and need not be read as one.
        if len(typed) > LONGEST_AMOUNT or not _AMOUNT.fullmatch(typed):
            raise forms.ValidationError(_NOT_AN_AMOUNT)
        amount = Decimal(typed.replace("$", "").replace(",", ""))
        if not 0 < amount < MOST_USD:
            raise forms.ValidationError(f"More than $0 and less than ${MOST_USD:,} is allowed.")
        if amount != round(amount, _PLACES):
            raise forms.ValidationError(f"Give at most {_PLACES} digits after the point.")
        return amount

    def key(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("tenant", "feature", "period")}
