"""Whoever changes what is served decided it in view of something: is that what is there?"""

from prompts.models import Prompt, Release
from tenants.refusals import Conflict


class Overtaken(Conflict):
    """Something was released there since the caller looked: going back again would go back by two."""

    code = "overtaken"


def check_seen(prompt: Prompt, environment: str, expected: int | None) -> None:
    """With the revision's lock held. None: the caller does not say what they saw."""
    newest = Release.objects.of(prompt, environment).latest_first().first()
    number = newest.number if newest else 0
    if expected is None or expected == number:
        return
    if newest is None or number < expected:
        where = f"{prompt} in {environment}"
        raise Overtaken(f"Nothing was changed: there is no release {expected} of {where} yet; the newest is {number}.")
    raise Overtaken(
        f"Nothing was changed: {newest.made_by_label} made release {number} of {prompt} in "
        f"{environment} at {newest.made_at:%Y-%m-%d %H:%M:%S} UTC, and you saw release {expected}. See what is "
        "served now; if it must still change, ask again."
    )
