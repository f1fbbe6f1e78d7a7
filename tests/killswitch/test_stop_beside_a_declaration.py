"""A stop while somebody declares a thousand tenants."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic

from django.db import connection, transaction

from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tenants.services import declare_tenant
from tests.factories import make_tenant
from tests.killswitch.factories import make_stop


def _stop(slug: str) -> float:
    """How long it took; from a connection of its own."""
    began = monotonic()
    try:
        with scope(ALL):
            tenant = Tenant.objects.get(slug=slug)
            make_stop(tenant, by=SYSTEM, at=datetime.now(UTC))
    finally:
        connection.close()
    return monotonic() - began


def test_a_declaration_that_is_not_done_yet_holds_up_no_stop(committed: None) -> None:
    with scope(ALL):
        make_tenant("acme")
        make_tenant("globex")
    with ThreadPoolExecutor(1) as pool, transaction.atomic(), scope(ALL):
        declare_tenant("acme", name="Acme", plan="Growth", by=SYSTEM)
        # Waited for with the declaration still open: a stop that needed its end would never come.
        assert [pool.submit(_stop, slug).result(timeout=5) for slug in ("acme", "globex")]
        transaction.set_rollback(True)
