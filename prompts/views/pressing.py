"""That a release is made once, and only of what was looked at."""

from contextlib import AbstractContextManager

from prompts import services
from prompts.models import PromptVersion, Release
from prompts.views.audience import Audience
from prompts.views.lane import Lane, as_seen


def once(
    version: PromptVersion, environment: str, audience: Audience, *, expected: int
) -> AbstractContextManager[bool]:
    """As `as_seen`: gives whether this very audience is served the version already."""
    return as_seen(
        Lane(version.prompt, environment, audience.tenant),
        expected=expected,
        is_done=lambda _: serves(version, environment, audience) is not None,
    )


def serves(version: PromptVersion, environment: str, audience: Audience) -> Release | None:
    """The release by which this very audience gets this version now."""
    of = services.canary if audience.is_canary else services.live
    found = of(version.prompt, environment, audience.tenant)
    is_it = found is not None and (found.version_id, found.percent) == (version.pk, audience.percent)
    return found if is_it else None
