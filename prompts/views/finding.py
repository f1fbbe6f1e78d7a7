"""The prompt, version and environment that an address names."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from prompts.models import PlannedRelease, Prompt, PromptVersion, Protection, Release
from prompts.services import ENVIRONMENT, PRODUCTION, environment_order
from tenants.models import OPERATOR, ApiKey


def find_prompt(name: str) -> Prompt:
    return get_object_or_404(Prompt.objects.select_related("feature"), name=name)


def find_version(prompt: Prompt, word: str) -> PromptVersion:
    """By its number or at least eight characters of its hash; what more than one begins with names none."""
    found = list(PromptVersion.objects.of(prompt).named(word)[:2])
    if len(found) != 1:
        raise Http404
    found[0].prompt = prompt
    return found[0]


def listed_versions(prompt: Prompt) -> QuerySet[PromptVersion]:
    """Newest first, without their contents, which are long."""
    return PromptVersion.objects.of(prompt).order_by("-number").defer("content")


def find_environment(name: str) -> str:
    if not ENVIRONMENT.fullmatch(name):
        raise Http404
    return name


def environments(prompt: Prompt) -> list[str]:
    """Where it is or could be asked for: what has a release, or a customer's key that calls from there."""
    released = Release.objects.filter(prompt=prompt).values_list("environment", flat=True)
    customers = ApiKey.objects.filter(revoked_at=None).exclude(tenant__slug=OPERATOR)
    called = customers.values_list("environment", flat=True)
    return in_order({PRODUCTION, *released.distinct(), *called.distinct()})


def is_known(environment: str) -> bool:
    """A prompt was released there, or is planned to be, a key calls from it, or somebody said what it takes."""
    rows = (
        Release.objects.filter(environment=environment),
        PlannedRelease.objects.filter(environment=environment),
        ApiKey.objects.filter(environment=environment, revoked_at=None),
        Protection.objects.filter(environment=environment),
    )
    return environment == PRODUCTION or any(each.exists() for each in rows)


def in_order(names: set[str]) -> list[str]:
    return sorted(names, key=environment_order)
