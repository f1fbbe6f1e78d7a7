from collections.abc import Sequence

from costs.models import EndUser
from killswitch.models import Plan, Stop
from killswitch.scopes import Scope


def with_people[T: (Stop, Plan)](stops: Sequence[T]) -> Sequence[T]:
    """The same, those of people with the id by which their tenant calls them; of who was forgotten without."""
    keys = [stop.subject for stop in stops if stop.scope == Scope.USER]
    if keys:
        rows = EndUser.objects.filter(key__in=keys).values_list("tenant_id", "key", "label")
        known = {(str(tenant), str(key)): label for tenant, key, label in rows}
        for stop in stops:
            vars(stop)["person"] = known.get((str(stop.tenant_id), stop.subject))
    return stops
