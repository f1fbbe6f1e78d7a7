"""What calls may be recorded under, by what is configured now."""

from collections.abc import Collection, Mapping

from gateway.models import Chain, Model, Provider


def names() -> Mapping[str, Collection[str]]:
    """By the field of a call."""
    return {
        "model": set(Model.objects.values_list("upstream", flat=True)),
        "provider": set(Provider.objects.values_list("slug", flat=True)),
        "chain": set(Chain.objects.values_list("slug", flat=True)),
    }
