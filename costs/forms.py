from decimal import Decimal
from typing import Any, Final, override

from django import forms

from aiops.lib import decimals
from costs.models import Budget
from costs.models.budget import MOST_USD
from tenants.models import Feature, Tenant

_NOT_AN_AMOUNT: Final = "Enter an amount in dollars, such as 250 or 0.50."


class AmountField(forms.DecimalField):
    @override
    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip() and decimals.read(value) is None:
            raise forms.ValidationError(_NOT_AN_AMOUNT, code="invalid")
        return super().to_python(value)


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
    amount_usd = AmountField(
        error_messages={"required": _NOT_AN_AMOUNT, "invalid": _NOT_AN_AMOUNT}, max_digits=19, decimal_places=9
    )
    # What the budget was when this form was opened.
    expected = forms.CharField(required=False, max_length=60)
    # Set by the second step, which has told what would be refused.
    confirmed = forms.BooleanField(required=False)

    def clean_amount_usd(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount_usd"]
        if not 0 < amount < MOST_USD:
            raise forms.ValidationError(f"More than $0 and less than ${MOST_USD:,} is allowed.")
        return amount

    def key(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("tenant", "feature", "period")}
