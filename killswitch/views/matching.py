"""Which tenants a search of the switches finds."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from costs.models import EndUser
from killswitch.models import Stop
from killswitch.scopes import user_key
from tenants.models import Tenant


def matching(query: str) -> list[UUID]:
    """In the order of names. An address finds the tenant of that person, or of that domain."""
    tenants = Tenant.objects.customers().order_by("name")
    if query:
        words = Q(name__icontains=query) | Q(slug__icontains=query) | Q(domain__icontains=query)
        tenants = tenants.filter(words | Q(plan__iexact=query) | _of_id(query) | _of_person(query))
    return list(tenants.values_list("pk", flat=True))


def _of_id(query: str) -> Q:
    try:
        return Q(pk=UUID(query))
    except ValueError:
        return Q(pk__in=())


def _of_person(query: str) -> Q:
    person, at_sign, domain = query.partition("@")
    if not at_sign or not person:
        return Q(pk__in=())
    of_user = Q(pk__in=_called(query).values("tenant_id"))
    return of_user | Q(domain__iexact=domain) if domain else of_user


def _called(query: str) -> QuerySet[EndUser]:
    """As it was typed, or as most addresses are written: any other case would have to read every person."""
    return EndUser.objects.filter(label__in={query, query.lower()})


def people_called(query: str, shown: Sequence[UUID]) -> Mapping[UUID, EndUser]:
    """Whom the address is of, by tenant."""
    found = _called(query).filter(tenant__in=shown).order_by("seen_at") if "@" in query else ()
    return {each.tenant_id: each for each in found}


def stops_of(people: Mapping[UUID, EndUser]) -> Mapping[UUID, Stop]:
    """What keeps them off, by tenant; asks only when somebody was found."""
    keys = {user_key(pk, each.key): pk for pk, each in people.items()}
    found = Stop.objects.active().filter(target__in=keys) if keys else ()
    return {keys[stop.target]: stop for stop in found}
