"""That a release is made once, and only of what was looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from prompts import services
from prompts.models import PromptVersion, Release
from prompts.views.audience import Audience
from tenants import revisions
from tenants.models import Revision


@contextmanager
def once(version: PromptVersion, environment: str, audience: Audience, *, expected: int) -> Iterator[bool]:
    """Under the lock that every release takes. Gives whether this very audience is served the version already.

    `expected`: the number of the newest release there when the form was drawn. Raises Overtaken.
    """
    with revisions.changing(Revision.Name.CONFIG):
        is_done = serves(version, environment, audience) is not None
        if not is_done:
            services.check_seen(version.prompt, environment, expected)
        yield is_done


def serves(version: PromptVersion, environment: str, audience: Audience) -> Release | None:
    """The release by which this very audience gets this version now."""
    of = services.canary if audience.is_canary else services.live
    found = of(version.prompt, environment, audience.tenant)
    is_it = found is not None and (found.version_id, found.percent) == (version.pk, audience.percent)
    return found if is_it else None
