"""Which version and environment the release page is about: as its address says, or as was chosen on the page since."""

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from prompts import services
from prompts.models import Prompt, PromptVersion
from prompts.services import ENVIRONMENT, PRODUCTION
from prompts.views.finding import find_environment, find_version
from tenants.http import TenantRequest

_NO_NAME: Final = "A name has small letters, digits and hyphens, at most 30 of them."


@dataclass(frozen=True, slots=True)
class Chosen:
    version: PromptVersion
    environment: str
    # It is not what the address names.
    is_moved: bool = False
    # What was typed as environment, and why it is none.
    typed: str = ""
    fault: str = ""

    def form_of(self, posted: QueryDict) -> QueryDict:
        """What was typed goes along; releases are counted in each environment by themselves."""
        if not self.is_moved:
            return posted
        data = posted.copy()
        data["expected"] = str(services.last_number(self.version.prompt, self.environment))
        return data


def chosen(request: TenantRequest, prompt: Prompt) -> Chosen:
    """Not there: what no address can name."""
    version = find_version(prompt, request.GET.get("version") or _newest(prompt))
    environment = find_environment(request.GET.get("environment") or PRODUCTION)
    if request.method != "POST":
        return Chosen(version, environment)
    word = request.POST.get("version") or version.hash
    other = version if word == version.hash else find_version(prompt, word)
    typed = _typed(request.POST) or environment
    is_name = ENVIRONMENT.fullmatch(typed) is not None
    place = typed if is_name else environment
    is_moved = (other.pk, place) != (version.pk, environment)
    return Chosen(other, place, is_moved, typed[:40], "" if is_name else _NO_NAME)


def _typed(posted: QueryDict) -> str:
    """A button that names one wins over the field."""
    what, _, name = posted.get("look", "").partition(":")
    return name if what == "environment" and name else posted.get("environment", "").strip()


def _newest(prompt: Prompt) -> str:
    return str(PromptVersion.objects.of(prompt).order_by("-number").first())
