"""The calls that a stop ends, as they are recorded: a model by what its provider calls it. A door to any app."""

from uuid import UUID

from django.db.models import Q

from gateway.models import Model
from killswitch.models import Stop
from killswitch.scopes import Scope
from killswitch.targets import Target
from prompts.models import PromptVersion

NONE = Q(pk__in=[])


def calls_of(of: Target | Stop) -> Q:
    """Of a model that is offered under several names here, those by any of them. A customer's system has none."""
    tenant = Q(tenant=of.tenant) if of.tenant else Q()
    match of.scope:
        case Scope.CONNECTION:
            return NONE
        case Scope.PROVIDER:
            return Q(provider=of.subject)
        case Scope.MODEL:
            return _of_model(of.subject)
        case Scope.PROMPT_VERSION:
            name, _, word = of.subject.partition("@v")
            versions = PromptVersion.objects.filter(prompt__name=name, number=int(word))
            return Q(prompt_version__in=list(versions.values_list("hash", flat=True)))
        case Scope.USER:
            return tenant & Q(user_key=UUID(of.subject))
    return tenant & Q(feature=of.feature) if of.feature else tenant


def are_told_apart(of: Target | Stop) -> bool:
    """Not so of a model that another name here stands for, too: calls by that one go on."""
    if of.scope != Scope.MODEL:
        return True
    same = Model.objects.filter(slug=of.subject).values("provider", "upstream")
    return all(Model.objects.filter(**each).count() == 1 for each in same)


def _of_model(slug: str) -> Q:
    row = Model.objects.filter(slug=slug).values_list("provider__slug", "upstream").first()
    return Q(provider=row[0], model=row[1]) if row else NONE
