"""What calls may be recorded under: by what is configured now, and by what was."""

from collections.abc import Collection, Mapping

from costs.models import DailySpend
from gateway.models import Chain, Model, Provider


def names() -> Mapping[str, Collection[str]]:
    """By the field of a call."""
    # Of a call for which nobody was asked both are empty.
    was = list(DailySpend.objects.exclude(model="").order_by().values_list("model", "provider").distinct())
    return {
        "model": {model for model, _ in was} | set(Model.objects.values_list("upstream", flat=True)),
        "provider": {provider for _, provider in was} | set(Provider.objects.values_list("slug", flat=True)),
        "chain": set(Chain.objects.values_list("slug", flat=True)),
    }
