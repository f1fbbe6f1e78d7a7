"""What calls may be recorded under: by what is configured now, and by what was."""

from collections.abc import Collection, Mapping

from costs.models import DailySpend
from gateway.models import Chain, Model, Provider
from tenants.keys import CONSOLE
from tenants.models import ApiKey


def names() -> Mapping[str, Collection[str]]:
    """By the field of a call."""
    # Of a call for which nobody was asked both are empty.
    was = list(DailySpend.objects.exclude(model="").order_by().values_list("model", "provider").distinct())
    spent_in = set(DailySpend.objects.order_by().values_list("environment", flat=True).distinct())
    return {
        "model": {model for model, _ in was} | set(Model.objects.values_list("upstream", flat=True)),
        "provider": {provider for _, provider in was} | set(Provider.objects.values_list("slug", flat=True)),
        "environment": spent_in
        | set(ApiKey.objects.exclude(environment=CONSOLE).values_list("environment", flat=True)),
        "chain": set(Chain.objects.values_list("slug", flat=True)),
    }
