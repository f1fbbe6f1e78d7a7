"""That a release is made once, and only of what was looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse

from prompts import services
from prompts.models import Prompt, PromptVersion, Release
from prompts.views.audience import Audience
from tenants import revisions
from tenants.models import Revision


class Overtaken(Exception):
    """Something was released there since the form was drawn."""

    def __init__(self, by: Release) -> None:
        super().__init__(by)
        self.by = by


@contextmanager
def once(version: PromptVersion, environment: str, audience: Audience, *, expected: int) -> Iterator[bool]:
    """Under the lock that every release takes. Gives whether they are served it already: pressed twice, they are.

    `expected`: the number of the newest release there when the form was drawn. Raises Overtaken.
    """
    with revisions.changing(Revision.Name.CONFIG):
        is_done = serves(version, environment, audience) is not None
        if not is_done and expected != services.last_number(version.prompt, environment):
            raise Overtaken(newest(version.prompt, environment))
        yield is_done


def serves(version: PromptVersion, environment: str, audience: Audience) -> Release | None:
    """The release by which this very audience gets this version now."""
    of = services.canary if audience.is_canary else services.live
    found = of(version.prompt, environment, audience.tenant)
    is_it = found is not None and (found.version_id, found.percent) == (version.pk, audience.percent)
    return found if is_it else None


def newest(prompt: Prompt, environment: str) -> Release:
    return Release.objects.of(prompt, environment).latest_first().select_related("version", "tenant")[0]


def home_of(prompt: Prompt, environment: str, audience: Audience) -> str:
    """The prompt's page, which says what they are served now."""
    place = {"now": environment} | ({"tenant": audience.tenant.slug} if audience.tenant else {})
    return reverse("prompts:prompt-detail", args=[prompt.name], query=place)
