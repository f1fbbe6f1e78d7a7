"""What a release did, in words."""

from dataclasses import dataclass

from prompts.models import EVERYBODY, Release
from prompts.views.audience import people


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the log: between the words before and after stands the version, as a link."""

    release: Release
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """What they did, behind their name: `released v4 to production`."""
        made, place = self.release, self.release.environment
        if made.has_ended:
            what = "the canary of " if made.is_canary else ""
            whose = f" for {made.tenant.name}" if made.tenant else ""
            return f"ended {what}{made.version} in {place}{whose}"
        whom = "" if made.tenant is None and not made.is_canary else f" for {share(made)}"
        if made.kind == made.Kind.ROLLBACK:
            return f"rolled {place} back to {made.version}{whom}"
        return f"released {made.version} to {place}{whom}"


def told(release: Release) -> Told:
    return Told(release, *(_of_canary(release) if release.is_canary else _of_main(release)))


def share(release: Release) -> str:
    """Who gets it, as `people` says it."""
    return people(release.percent if release.is_canary else EVERYBODY, release.tenant)


def _of_canary(release: Release) -> tuple[str, str]:
    at = f" at {release.tenant.name}" if release.tenant else ""
    return (f"canary{at}:", "ended") if release.has_ended else ("", f"to {share(release)}")


def _of_main(release: Release) -> tuple[str, str]:
    if release.has_ended and release.tenant:
        return "", f"is no longer {release.tenant.name}’s own: it gets what everybody gets"
    if release.has_ended:
        return "", "ended: nothing is served"
    served = vars(release).get("before")
    if release.tenant is None and served is not None:
        return f"v{served} →", ""
    return "", f"to {share(release)}" if release.tenant else ""
