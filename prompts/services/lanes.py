"""What is served to whom: the newest release of each lane, and what stood there before."""

from collections.abc import Iterable
from uuid import UUID

from prompts.models import Prompt, PromptVersion, Release
from tenants.models import Tenant


def live(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Release | None:
    """What this main lane serves: everybody's, or the tenant's own. None: nothing, or it has ended."""
    return _newest(prompt, environment, tenant, Release.Lane.MAIN)


def canary(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Release | None:
    """The canary beside it, while there is one."""
    return _newest(prompt, environment, tenant, Release.Lane.CANARY)


def served(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Release | None:
    """What callers of this tenant get who are in no canary: its own version, else everybody's."""
    own = live(prompt, environment, tenant) if tenant else None
    return own or live(prompt, environment)


def last_number(prompt: Prompt, environment: str) -> int:
    """Of the newest release there, whatever its lane; 0: none was made."""
    newest = Release.objects.of(prompt, environment).latest_first().values_list("number", flat=True)
    return newest.first() or 0


def was_live(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> bool:
    """Whether everybody there was ever served it, or all of this tenant. In a canary it was only tried."""
    rows = Release.objects.filter(version=version, environment=environment, lane=Release.Lane.MAIN)
    return rows.filter(tenant=tenant).exclude(kind=Release.Kind.END).exists()


def served_before(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> PromptVersion | None:
    """What a rollback goes back to; None: there is nothing. Going back twice goes back by two, not forth again."""
    rows = Release.objects.of(prompt, environment).filter(tenant=tenant, lane=Release.Lane.MAIN).order_by("number")
    standing = _standing(rows.values_list("version", "kind", "percent"))
    # Of a lane that somebody ended, the last version is what was served before.
    place = -2 if live(prompt, environment, tenant) else -1
    return PromptVersion.objects.get(pk=standing[place]) if len(standing) >= -place else None


def _standing(releases: Iterable[tuple[UUID, str, int]]) -> list[UUID]:
    """Versions that were released and not taken back, oldest first: a rollback takes back all that came after it."""
    standing: list[UUID] = []
    for version, kind, percent in releases:
        if kind == Release.Kind.END:
            continue
        if kind == Release.Kind.ROLLBACK and not percent:
            standing.pop()
        elif kind == Release.Kind.ROLLBACK and version in standing[:-1]:
            standing = standing[: len(standing) - standing[::-1].index(version, 1)]
        elif not standing or standing[-1] != version:
            standing.append(version)
    return standing


def _newest(prompt: Prompt, environment: str, tenant: Tenant | None, lane: Release.Lane) -> Release | None:
    rows = Release.objects.of(prompt, environment).filter(tenant=tenant, lane=lane).latest_first()
    newest = rows.select_related("version", "tenant").first()
    return None if newest is None or newest.has_ended else newest
