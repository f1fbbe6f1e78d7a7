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


@dataclass(frozen=True, slots=True)
class Happened:
    """What somebody did meanwhile, behind their name: `released v4 to production`."""

    release: Release
    sentence: str


def happened(made: Release) -> Happened:
    return Happened(made, _ended(made) if made.has_ended else _tried(made) if made.is_canary else _served(made))


def before(made: Release) -> Release | None:
    """What stood in its lane until then."""
    rows = Release.objects.of(made.prompt, made.environment).filter(tenant=made.tenant, lane=made.lane)
    return rows.filter(number__lt=made.number).latest_first().select_related("version", "tenant").first()


def told(release: Release) -> Told:
    return Told(release, *(_of_canary(release) if release.is_canary else _of_main(release)))


def share(release: Release) -> str:
    """Who gets it, as `people` says it."""
    return people(release.percent if release.is_canary else EVERYBODY, release.tenant)


def _ended(made: Release) -> str:
    what = "the canary of " if made.is_canary else ""
    whose = f" for {made.tenant.name}" if made.tenant else ""
    return f"ended {what}{made.version} in {made.environment}{whose}"


def _tried(made: Release) -> str:
    was = before(made)
    if was is None or was.has_ended or was.version_id != made.version_id:
        return f"began to try {made.version} on {share(made)} in {made.environment}"
    verb = "raised" if made.percent > was.percent else "lowered"
    return f"{verb} the canary of {made.version} from {was.percent}% to {share(made)} in {made.environment}"


def _served(made: Release) -> str:
    whom = f" for {share(made)}" if made.tenant else ""
    if made.kind == made.Kind.ROLLBACK:
        return f"rolled {made.environment} back to {made.version}{whom}"
    return f"released {made.version} to {made.environment}{whom}"


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
