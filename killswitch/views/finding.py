"""What the search over everything offers to stop, beside tenants."""

from collections.abc import Iterator

from django.db.models import Q

from gateway.models import Model, Provider
from killswitch.targets import Target
from killswitch.views.places import Place
from tenants.models import Feature

# Of each kind.
MOST = 4


def shared_places(query: str) -> list[Place]:
    """Providers, models and features of everyone whose name has these words in it."""
    return [*_providers(query), *_models(query), *_features(query)] if query else []


def _providers(query: str) -> Iterator[Place]:
    for row in Provider.objects.filter(_named(query)).order_by("name")[:MOST]:
        yield Place(Target.provider(row.slug, row.name), row.slug)


def _models(query: str) -> Iterator[Place]:
    for row in Model.objects.filter(slug__icontains=query).order_by("slug")[:MOST]:
        yield Place(Target.model(row.slug), row.slug)


def _features(query: str) -> Iterator[Place]:
    for row in Feature.objects.customers().filter(_named(query)).order_by("name")[:MOST]:
        yield Place(Target.feature_of_all(row), row.slug)


def _named(query: str) -> Q:
    return Q(name__icontains=query) | Q(slug__icontains=query)
