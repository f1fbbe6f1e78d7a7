"""Who is to get a version, and when: as an address says it, or a form that was sent to be looked at or to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.db.models import Q
from django.http import QueryDict

from aiops.lib import durations
from prompts.models import EVERYBODY
from tenants.models import Tenant

ALL, SHARE, TENANT = "everybody", "share", "tenant"
TO: Final = {ALL: "Everybody", SHARE: "A share of people", TENANT: "One customer"}
NOW, LATER = "now", "later"
WHEN: Final = {NOW: "Now", LATER: "At a time"}
SHARES: Final = (1, 5, 10, 25, 50)
_FIRST_SHARE: Final = 10
_MOST_FOUND: Final = 8


@dataclass(frozen=True, slots=True)
class Audience:
    """What was chosen; `faults` says by field what of it cannot be."""

    to: str
    # 100 where it is for everybody, or for all of a tenant's people.
    percent: int
    tenant: Tenant | None
    when: str
    due_at: datetime | None
    # As it was typed.
    percent_text: str = ""
    at_text: str = ""
    q: str = ""
    found: Sequence[Tenant] = ()
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_canary(self) -> bool:
        return self.percent < EVERYBODY

    @property
    def is_whole(self) -> bool:
        """It names somebody, so that what they get now can be said."""
        return self.to != TENANT or self.tenant is not None

    @property
    def people(self) -> str:
        return people(self.percent, self.tenant)

    @property
    def seen(self) -> str:
        """What a button speaks of, to tell whether it was another by the time it was pressed."""
        slug = self.tenant.slug if self.tenant else ""
        return f"{self.to}:{self.percent}:{slug}:{self.when}:{self.due_at:%Y%m%d%H%M}" if self.due_at else (
            f"{self.to}:{self.percent}:{slug}:{self.when}:"
        )  # fmt: skip


def people(percent: int, tenant: Tenant | None) -> str:
    """`everybody`, `10% of people`, `Acme Robotics alone`, `10% of Acme Robotics’s people`."""
    if percent < EVERYBODY:
        return f"{percent}% of {f'{tenant.name}’s people' if tenant else 'people'}"
    return f"{tenant.name} alone" if tenant else "everybody"


def audience_of(query: QueryDict, *, now: datetime) -> Audience:
    """`look` is the button that was pressed to see something else; it wins over what the form held."""
    what, _, value = query.get("look", "").partition(":")
    pressed = {what: value}
    faults: dict[str, str] = {}
    to = _one_of(TO, pressed.get("to") or query.get("to") or _implied(query))
    tenant, found, q = _tenant(query, pressed, faults) if to == TENANT else (None, (), query.get("q", ""))
    text = pressed.get("percent") or query.get("percent", "")
    percent = _percent(to, text, is_new="to" in pressed, faults=faults)
    when = _one_of(WHEN, pressed.get("when") or query.get("when") or (LATER if query.get("at") else NOW))
    at_text = query.get("at", "").strip()
    due_at = _due_at(at_text, now, faults) if when == LATER else None
    return Audience(
        to,
        percent,
        tenant,
        when,
        due_at,
        percent_text=text if "percent" in faults else str(percent),
        at_text=f"{due_at.astimezone(UTC):%Y-%m-%dT%H:%M}" if due_at else at_text[:40],
        q=q[:100],
        found=found,
        faults=faults,
    )


def _one_of(known: Mapping[str, str], word: str) -> str:
    return word if word in known else next(iter(known))


def _implied(query: QueryDict) -> str:
    if query.get("tenant"):
        return TENANT
    return SHARE if query.get("percent") not in (None, "", str(EVERYBODY)) else ALL


def _percent(to: str, text: str, *, is_new: bool, faults: dict[str, str]) -> int:
    most = EVERYBODY if to == TENANT else EVERYBODY - 1
    usual = _FIRST_SHARE if to == SHARE else EVERYBODY
    if to == ALL or not text or is_new:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if 1 <= number <= most:
        return number
    faults["percent"] = f"Give a whole number from 1 to {most}."
    return usual


def _tenant(
    query: QueryDict, pressed: Mapping[str, str], faults: dict[str, str]
) -> tuple[Tenant | None, Sequence[Tenant], str]:
    """The one that is chosen; else those that are found, and what was looked for."""
    slug, q = pressed.get("tenant", query.get("tenant", "")).strip(), query.get("q", "").strip()
    customers = Tenant.objects.customers()
    chosen = customers.filter(slug=slug).first() if slug else None
    if chosen is not None:
        return chosen, (), ""
    words = q or slug
    if not words:
        return None, list(customers.order_by("name")[:_MOST_FOUND]), ""
    named = Q(name__icontains=words) | Q(slug__icontains=words) | Q(domain__icontains=words)
    found = list(customers.filter(named).order_by("name")[:_MOST_FOUND])
    exact = [each for each in found if words.lower() in (each.slug, each.name.lower())]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0], (), ""
    if not found:
        faults["q"] = "No customer has this in its name, ID or domain."
    return None, found, words


def _due_at(text: str, now: datetime, faults: dict[str, str]) -> datetime | None:
    if not text:
        return None
    at = durations.upcoming(text, now=now)
    if at is None:
        faults["at"] = "Give the time as day and hour, in UTC."
    elif at <= now:
        faults["at"] = f"{at.astimezone(UTC):%-d %b %Y %H:%M} UTC is not in the future."
        return None
    return at
