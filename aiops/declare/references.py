"""Whether what a declaration names exists: in itself, or declared before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aiops.declare.chains import ChainEntry
from aiops.declare.document import Document, ModelEntry
from aiops.declare.problems import Place, Problem
from gateway.models import Chain, Model, Provider
from gateway.routing.aliases import PREFIX, is_reserved
from tenants.lookups import near
from tenants.models import Feature, Tenant


@dataclass(frozen=True, slots=True)
class Known:
    """Names by kind, of the declaration and of what is there already."""

    providers: frozenset[str]
    models: frozenset[str]
    chains: frozenset[str]
    features: frozenset[str]
    tenants: frozenset[str]


def known(document: Document) -> Known:
    return Known(
        providers=_names(document.providers, Provider.objects.values_list("slug", flat=True)),
        models=_names(document.models, Model.objects.values_list("slug", flat=True)),
        chains=_names(document.chains, Chain.objects.values_list("slug", flat=True)),
        features=_names(document.features, Feature.objects.values_list("slug", flat=True)),
        tenants=_names(document.tenants, Tenant.objects.customers().values_list("slug", flat=True)),
    )


def problems(document: Document, names: Known) -> list[Problem]:
    return [*_missing(document, names), *_in_two_kinds(document, names), *_reserved(document)]


def _missing(document: Document, names: Known) -> Iterator[Problem]:
    for model in document.models:
        yield from _check("provider", model.provider, names.providers, (*model.place, "provider"))
    for chain in document.chains:
        for member in chain.members:
            yield from _check("model", member.model, names.models, member.place)
    for feature in document.features:
        yield from _check("chain", feature.chain or "", names.chains, (*feature.place, "chain"))
    for tenant in document.tenants:
        for index, name in enumerate(tenant.allowed_models or ()):
            place = (*tenant.place, "allowed_models", index)
            yield from _check("model or chain", name, names.models | names.chains, place)
        for own in tenant.chains:
            yield from _check("feature", own.feature, names.features, own.place)
            yield from _check("chain", own.chain, names.chains, own.place)
    for budget in document.budgets:
        if budget.tenant is not None:
            yield from _check("tenant", budget.tenant, names.tenants, (*budget.place, "tenant"))
        if budget.feature is not None:
            yield from _check("feature", budget.feature, names.features, (*budget.place, "feature"))


def _in_two_kinds(document: Document, names: Known) -> Iterator[Problem]:
    """Callers write one name and mean a model or a chain: it cannot be both."""
    entries: tuple[ModelEntry | ChainEntry, ...] = (*document.models, *document.chains)
    for entry in entries:
        if entry.slug in names.models and entry.slug in names.chains:
            yield Problem(entry.place, f"{entry.slug!r} would name a model and a chain; they share one space of names.")


def _reserved(document: Document) -> Iterator[Problem]:
    """What was called so before these names were kept free goes on."""
    sections = (Model, document.models), (Chain, document.chains)
    for kind, entries in sections:
        reserved = [entry for entry in entries if is_reserved(entry.slug)]
        there = set(
            kind._default_manager.filter(slug__in=[entry.slug for entry in reserved]).values_list("slug", flat=True)
        )
        for entry in reserved:
            if entry.slug not in there:
                detail = f"names that begin with {PREFIX} are the gateway's own, for its chains."
                yield Problem(entry.place, f"{entry.slug!r}: {detail}")


def _check(kind: str, name: str, known: frozenset[str], place: Place) -> Iterator[Problem]:
    if name and name not in known:
        shown = near(name, known) or f" Declared are: {', '.join(sorted(known)[:20]) or 'none yet'}."
        yield Problem(place, f"there is no {kind} {name!r}.{shown}")


def _names(entries: Iterable[object], stored: Iterable[str]) -> frozenset[str]:
    return frozenset(str(getattr(entry, "slug", "")) for entry in entries) | frozenset(stored)
