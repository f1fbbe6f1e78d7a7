"""Whoever changes what is served decided it in view of something: is that what is there?"""

from prompts.models import EVERYBODY, Prompt, PromptVersion, Release
from prompts.services.lanes import canary, served
from tenants.models import Tenant
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


def check_served(now: Release | None, seen: PromptVersion | None, *, where: str) -> None:
    """As above. `now`: whose place is taken, or what is taken back; `seen`: what the caller saw there."""
    if seen is None or (now is not None and now.version_id == seen.pk):
        return
    raise Overtaken(
        f"Nothing was changed: {_told(now, where)}, and you saw {seen}. See what is served now; if it must still "
        "change, ask again."
    )


def check_replaced(
    version: PromptVersion, environment: str, tenant: Tenant | None, percent: int, seen: PromptVersion | None
) -> None:
    """Whether what this release takes the place of is what the caller saw. With the revision's lock held."""
    trial = canary(version.prompt, environment, tenant) if percent < EVERYBODY else None
    is_other = trial is not None and trial.version_id != version.pk
    now = trial if is_other else served(version.prompt, environment, tenant)
    check_served(now, seen, where=f"{tenant.slug} in {environment}" if tenant else environment)


def _told(now: Release | None, where: str) -> str:
    if now is None:
        return f"{where} is served nothing"
    since = f"since {now.made_at:%Y-%m-%d %H:%M:%S} UTC, by {now.made_by_label}"
    if now.is_canary:
        return f"{now.percent}% of {where} are served the canary {now.version} ({since})"
    return f"{where} is served {now.version} ({since})"
