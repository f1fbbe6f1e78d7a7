"""The prompt, version and environment that somebody names."""

import re

from prompts.models import Prompt, PromptVersion
from prompts.models.environment import PLAIN
from tenants.lookups import near
from tenants.refusals import Invalid, NotFound

ENVIRONMENT = re.compile(PLAIN)
# Where callers are, unless another environment is named.
PRODUCTION = "production"


def find_prompt(name: str) -> Prompt:
    prompt = Prompt.objects.filter(name=name).first()
    if prompt is None:
        known = Prompt.objects.order_by("name").values_list("name", flat=True)
        raise NotFound(f"There is no prompt {name!r}.{near(name, known)}")
    return prompt


def find_version(prompt: Prompt, word: str) -> PromptVersion:
    """By its hash, the beginning of it, or as `v17`."""
    found = list(PromptVersion.objects.of(prompt).named(word)[:2])
    if len(found) != 1:
        why = "more than one version begins so" if found else "there is no such version"
        raise NotFound(f"{prompt}@{word}: {why}. `aiops prompts versions {prompt}` lists them.")
    return found[0]


def environment_order(name: str) -> tuple[bool, str]:
    """To sort by: where callers are comes first."""
    return name != PRODUCTION, name


def check_environment(environment: str) -> None:
    if not ENVIRONMENT.fullmatch(environment):
        raise Invalid("environment", f"{environment!r} must be lower-case letters, digits and hyphens, at most 30.")
