"""A price is of what a provider sells, so all models that stand for it have it, whatever they are called."""

from collections.abc import Iterable, Iterator

from aiops.declare.document import Document, ModelEntry
from aiops.declare.problems import Problem
from gateway.models import Model, Provider


def contradictions(document: Document) -> Iterator[Problem]:
    """One of two prices would be lost without a word."""
    catalogues = dict(Provider.objects.values_list("slug", "pricing_provider"))
    catalogues |= {provider.slug: provider.prices_from for provider in document.providers}
    first: dict[tuple[str, str], ModelEntry] = {}
    for model in document.models:
        if model.prices is None:
            continue
        under = catalogues.get(model.provider, model.provider)
        other = first.setdefault((under, model.upstream), model)
        if other.prices != model.prices:
            told = (
                f"model {other.slug} is {model.upstream} of {under} too, with other prices; what is sold has one price."
            )
            yield Problem((*model.place, "prices"), told)


def also_priced(names: Iterable[str]) -> Iterator[str]:
    """Of models whose own prices were just set: whose they are as well. Once for each price."""
    told: set[tuple[str, str]] = set()
    for model in Model.objects.filter(slug__in=list(names)).select_related("provider").order_by("slug"):
        sold = model.provider.pricing_provider, model.upstream
        others = Model.objects.filter(provider__pricing_provider=sold[0], upstream=sold[1]).exclude(pk=model.pk)
        shared = ", ".join(others.order_by("slug").values_list("slug", flat=True))
        if shared and sold not in told:
            yield f"the price of model {model.slug} is also the price of {shared}: each is {sold[1]} of {sold[0]}."
        told.add(sold)
