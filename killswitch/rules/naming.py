"""Which target a counted subject is: calls name models as providers do, stops as callers do. A door."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from gateway.models import Model, Provider
from integrations.models import Connection
from killswitch.scopes import Scope
from killswitch.targets import Target
from prompts.models import PromptVersion
from tenants.models import Feature, Tenant

type Targets = Mapping[str, Sequence[Target]]


def _models(subjects: Collection[str]) -> Targets:
    """Several, when one is offered under several names."""
    found: dict[str, list[Target]] = defaultdict(list)
    for provider, upstream, slug in Model.objects.values_list("provider__slug", "upstream", "slug"):
        found[f"{provider}/{upstream}"].append(Target.model(slug))
    return found


def _providers(subjects: Collection[str]) -> Targets:
    rows = Provider.objects.filter(slug__in=subjects).values_list("slug", "name")
    return {slug: [Target.provider(slug, name)] for slug, name in rows}


def _prompt_versions(subjects: Collection[str]) -> Targets:
    found: dict[str, list[Target]] = defaultdict(list)
    for row in PromptVersion.objects.filter(hash__in=subjects).select_related("prompt"):
        found[row.hash].append(Target.prompt_version(row.pk, f"{row.prompt.name} v{row.number}"))
    return found


def _tenant_features(subjects: Collection[str]) -> Targets:
    pairs = {subject: tuple(map(UUID, subject.split("/"))) for subject in subjects}
    tenants = Tenant.objects.in_bulk([tenant for tenant, _ in pairs.values()])
    features = Feature.objects.in_bulk([feature for _, feature in pairs.values()])
    return {
        subject: [Target.of(tenants[tenant], features[feature])]
        for subject, (tenant, feature) in pairs.items()
        if tenant in tenants and feature in features
    }


def _connections(subjects: Collection[str]) -> Targets:
    rows = Connection.objects.filter(pk__in=list(map(UUID, subjects))).select_related("tenant")
    return {str(row.pk): [Target.connection(row.tenant, row.pk, row.slug, row.name)] for row in rows}


NAME: Final[Mapping[Scope, Callable[[Collection[str]], Targets]]] = {
    Scope.MODEL: _models,
    Scope.PROVIDER: _providers,
    Scope.PROMPT_VERSION: _prompt_versions,
    Scope.TENANT_FEATURE: _tenant_features,
    Scope.CONNECTION: _connections,
}
