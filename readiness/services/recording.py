"""What the console writes down by itself: the state of every item each day, and that the audit chains hold."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from readiness.models import ChainsVerified, StateOfDay
from readiness.standing import FeatureStanding, features, standings
from tenants import audit
from tenants.models import Tenant
from tenants.scope import ALL, scope

KEPT: Final = timedelta(days=400)
_LONGEST: Final = 500


def record_states(*, at: datetime) -> int:
    """Of today, as they are now: the last record of a day stays. How many."""
    with scope(ALL):
        rows = list(_states(standings(features(), at=at), at))
        StateOfDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["feature", "item", "day"],
            update_fields=["state", "sentence", "since"],
        )
    return len(rows)


def forget_old_states(*, at: datetime) -> None:
    StateOfDay.objects.filter(day__lt=at.date() - KEPT).delete()


def verify_chains(*, at: datetime) -> ChainsVerified | None:
    """Walk every chain, once a day. None when it was done today."""
    if ChainsVerified.objects.filter(day=at.date()).exists():
        return None
    with scope(ALL):
        tenants = list(Tenant.objects.order_by("slug"))
    # Each in a transaction of its own: a long chain must not hold back what the others' rows need.
    found = [(tenant, _walk(tenant)) for tenant in tenants]
    broken = [(tenant, each) for tenant, each in found if not each.holds]
    faults = (
        f"The chain of {tenant.slug} is broken at entry {each.broken_at}: {each.reason}" for tenant, each in broken
    )
    made = ChainsVerified(
        day=at.date(),
        verified_at=at,
        chains=len(found),
        entries=sum(each.entries for _, each in found),
        fault="; ".join(faults)[:_LONGEST],
    )
    # Two workers may have walked at once; what either found is the same.
    ChainsVerified.objects.bulk_create([made], ignore_conflicts=True)
    return made


def _walk(tenant: Tenant) -> audit.Verification:
    with scope([tenant.pk]):
        return audit.verify(tenant.pk)


def _states(found: Iterable[FeatureStanding], at: datetime) -> Iterable[StateOfDay]:
    for each in found:
        for standing in each.items:
            yield StateOfDay(
                feature=each.feature,
                item=standing.item.number,
                day=at.date(),
                state=standing.state,
                sentence=standing.evidence.sentence,
                since=standing.since,
            )
