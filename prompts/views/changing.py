"""What changing what is served takes, whether forward or back: nothing may change between looking and pressing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse

from prompts import services
from prompts.forms import ReleaseForm
from prompts.models import Prompt, PromptVersion, Release
from tenants import revisions
from tenants.models import Revision


class ChangedMeanwhile(Exception):
    """Something else is served by now than the form said."""

    def __init__(self, live: Release) -> None:
        super().__init__(live)
        self.live = live


@contextmanager
def as_seen(version: PromptVersion, environment: str, *, expected: int) -> Iterator[bool]:
    """Under the lock that every release takes. Gives whether this version is served already: pressed twice, it is."""
    with revisions.changing(Revision.Name.CONFIG):
        live = services.live(version.prompt, environment)
        is_done = live is not None and live.version_id == version.pk
        if live is not None and not is_done and expected != live.number:
            raise ChangedMeanwhile(live)
        yield is_done


def expected_of(form: ReleaseForm, live: Release | None) -> int:
    """What the form that is drawn now expects: what it was sent with, so that a change since then is still told."""
    now = live.number if live else 0
    return int(form.cleaned_data.get("expected", now)) if form.is_bound else now


def home_of(prompt: Prompt, environment: str) -> str:
    """The prompt's page, which says what this environment serves now."""
    return reverse("prompts:prompt-detail", args=[prompt.name], query={"now": environment})
