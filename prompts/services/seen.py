"""Whoever changes what is served decided it in view of something: is that what is there?"""

from prompts.models import Prompt, Release
from tenants.refusals import Conflict


class Overtaken(Conflict):
    """Something was released there since the caller looked: going back again would go back by two."""

    code = "overtaken"

    def __init__(self, detail: str, by: Release | None = None) -> None:
        super().__init__(detail)
        # The newest release there; None: there is none.
        self.by = by


def check_seen(prompt: Prompt, environment: str, expected: int | None) -> None:
    """With the revision's lock held. None: the caller does not say what they saw. Raises Overtaken."""
    newest = Release.objects.of(prompt, environment).latest_first().select_related("version", "tenant").first()
    number = newest.number if newest else 0
    if expected is None or expected == number:
        return
    if newest is None or number < expected:
        told = f"there is no release {expected} of {prompt} in {environment} yet; the newest is {number}."
        raise Overtaken(f"Nothing was changed: {told}", newest)
    raise Overtaken(
        f"Nothing was changed: {newest.made_by_label} made release {number} of {prompt} in "
        f"{environment} at {newest.made_at:%Y-%m-%d %H:%M:%S} UTC, and you saw release {expected}. See what is "
        "served now; if it must still change, ask again.",
        newest,
    )
