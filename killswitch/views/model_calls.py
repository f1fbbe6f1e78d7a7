"""How calls of a model are known: records have its provider's name of it, which several models of ours may share."""

from collections.abc import Mapping

from gateway.models import Model


def calls_of_model(slug: str) -> Mapping[str, object] | None:
    """The filter of its calls; None where they cannot be told from those of another model."""
    alike = Model.objects.filter(upstream__in=Model.objects.filter(slug=slug).values("upstream"))
    found = {
        name: (provider, upstream)
        for name, provider, upstream in alike.values_list("slug", "provider__slug", "upstream")
    }
    if slug not in found or list(found.values()).count(found[slug]) > 1:
        return None
    provider, upstream = found[slug]
    return {"provider": provider, "model": upstream}
