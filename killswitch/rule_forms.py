from decimal import Decimal
from typing import Any

from django import forms

from killswitch.models import Rule

_NUMBER = {"required": "Enter a number.", "invalid": "Enter a number."}
_WHOLE = {"required": "Enter a whole number.", "invalid": "Enter a whole number."}
_DOLLARS = {
    "required": "Enter dollars.",
    "invalid": "Enter dollars.",
    "max_digits": "Enter fewer digits.",
    "max_whole_digits": "Enter fewer digits.",
    "max_decimal_places": "At most four digits after the point.",
}


class LimitsForm(forms.Form):
    """What trips a rule. Shares are in per cent, as people say them; of the cost it is a multiple."""

    trip = forms.FloatField(error_messages=_NUMBER)
    clear = forms.FloatField(error_messages=_NUMBER)
    window_seconds = forms.IntegerField(error_messages=_WHOLE)
    min_calls = forms.IntegerField(error_messages=_WHOLE)
    min_callers = forms.IntegerField(error_messages=_WHOLE)
    min_usd_a_minute = forms.DecimalField(max_digits=10, decimal_places=4, error_messages=_DOLLARS)
    mode = forms.ChoiceField(error_messages={"required": "Choose one.", "invalid_choice": "Choose one of these."})

    def __init__(self, data: Any = None, *, rule: Rule) -> None:
        self._per = 1 if rule.is_multiple else 100
        initial = {
            "trip": _shown(rule.trip * self._per),
            "clear": _shown(rule.clear * self._per),
            "window_seconds": rule.window_seconds,
            "min_calls": rule.min_calls,
            "min_callers": rule.min_callers,
            "min_usd_a_minute": _dollars(rule.min_usd_a_minute),
            "mode": rule.mode,
        }
        super().__init__(data, initial=initial)
        if not rule.is_multiple:
            del self.fields["min_usd_a_minute"]
        self.modes = rule.modes
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = [(mode.value, mode.value) for mode in rule.modes]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("trip", "clear"):
            if self._per == 100 and cleaned.get(name) is not None and not 0 <= cleaned[name] <= 100:
                self.add_error(name, "A share of the calls is 0 to 100 per cent.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """As a rule keeps them."""
        found = dict(self.cleaned_data)
        return found | {name: round(found[name] / self._per, 6) for name in ("trip", "clear")}


def _shown(value: float) -> str:
    return f"{value:.6g}"


def _dollars(value: Decimal) -> str:
    """0.50, and no more digits than it needs beyond cents."""
    return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
