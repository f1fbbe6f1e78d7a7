"""Which connection an action goes through."""

from integrations.contract import Access, Read, Write
from integrations.faults import Health
from integrations.models import Connection
from integrations.refusals import ConnectionOff, KeyUnreadable, WrongUser
from integrations.registry import ACTIONS, SYSTEMS
from tenants.lookups import near
from tenants.models import Tenant
from tenants.refusals import Invalid, NotFound
from tenants.secrets import Unreadable


def find_action(name: str) -> Read | Write:
    action = ACTIONS.get(name)
    if action is None:
        raise NotFound(f"There is no action {name!r}.{near(name, ACTIONS)}")
    return action


def find_connection(tenant: Tenant, slug: str) -> Connection:
    found = Connection.objects.of(tenant).filter(slug=slug).select_related("tenant").first()
    if found is None:
        known = Connection.objects.of(tenant).values_list("slug", flat=True)
        raise NotFound(f"{tenant.slug} has no connection {slug!r} that you may see.{near(slug, known)}")
    return found


def choose(tenant: Tenant, system: str, *, slug: str | None, environment: str | None) -> Connection:
    """The one that is named, or the tenant's only one to this system. A call key of staging reaches staging alone."""
    name = SYSTEMS[system].name
    if slug is not None:
        return usable(_named(tenant, slug, system, environment))
    candidates = Connection.objects.of(tenant).offering(system)
    if environment is not None:
        candidates = candidates.filter(environment=environment)
    found = list(candidates[:2])
    if not found:
        where = f" of environment {environment}" if environment else ""
        raise NotFound(f"{tenant.slug} has no connection{where} to a {name} that is on.")
    if len(found) > 1:
        raise Invalid("connection", f"{tenant.slug} has several connections to a {name}; name one.")
    (only,) = found
    only.tenant = tenant
    return usable(only)


def usable(connection: Connection) -> Connection:
    """Refuses one that is off, or whose key is known to be another user's than it says."""
    if not connection.is_enabled:
        raise ConnectionOff(f"The connection {connection.slug} is off. Turn it on to use it.")
    if connection.health == Health.WRONG_USER:
        raise WrongUser(f"The connection {connection.slug} is not used: {connection.health_says}")
    return connection


def access_of(connection: Connection) -> Access:
    """Of one that is usable."""
    try:
        return usable(connection).access()
    except Unreadable as fault:
        raise KeyUnreadable(
            f"The key of the connection {connection.slug} does not open with this keyring; give it again."
        ) from fault


def _named(tenant: Tenant, slug: str, system: str, environment: str | None) -> Connection:
    connection = find_connection(tenant, slug)
    if environment is not None and connection.environment != environment:
        raise NotFound(f"{tenant.slug} has no connection {slug!r} of environment {environment}, which this key is of.")
    if connection.system != system:
        raise Invalid("connection", f"{slug} leads to a {connection.system}; this action is a {system}'s.")
    return connection
