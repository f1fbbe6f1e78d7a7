from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiops.lib import uuid7
from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.services import Draft, Order, Outcome
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Tenant

SHOP = Actor(ActorKind.KEY, "shop-key", "shop", is_over_all=False)
SALE: dict[str, Any] = {
    "party": "C-001",
    "lines": [{"description": "Robot arm", "quantity": 2, "unit_price": "10.00"}],
}


def make_connection(
    tenant: Tenant, url: str, *, slug: str = "erp", key: str = "key-of-acme", **values: Any
) -> Connection:
    filled = {"name": f"{tenant.name}'s Tryton", "acts_as": "aiops", "settings": {"database": "erp"}, **values}
    draft = Draft(system="tryton", address=url, allow_private=True, key=key, **filled)
    return services.connect(tenant, slug, draft, is_over_all=True, by=SYSTEM, at=datetime.now(UTC))


def make_order(tenant: Tenant, **values: Any) -> Order:
    filled = {"action": "tryton.draft_sale", "input": SALE, "by": SHOP, "key": "order-1", **values}
    return Order(tenant=tenant, **filled)


def run(tenant: Tenant, **values: Any) -> Outcome:
    return services.run(make_order(tenant, **values), at=datetime.now(UTC))


def write(tenant: Tenant, **values: Any) -> LedgerEntry:
    entry = run(tenant, **values).entry
    assert entry is not None
    return entry


def make_waiting(connection: Connection, said: str = "Robot arm", **values: Any) -> LedgerEntry:
    """A sale that waits for a person, of a system that is not there to be asked."""
    lines = [{"product": None, "description": said, "quantity": 2, "unit_price": "10.00"}]
    after = {"state": "draft", "party": "C-001 Northwind Traders", "untaxed_amount": "20.00", "currency": "USD"}
    filled = {
        "action": "tryton.draft_sale", "key": f"given:{uuid4()}", "body_digest": "", "input": SALE, "payload": {},
        "planned_against": connection.leads_to,
        "after": after | {"lines": lines}, "writes": "approve", "state": "waiting", "asked_at": datetime.now(UTC),
        "asked_by_kind": SHOP.kind, "asked_by_id": SHOP.id, "asked_by_label": SHOP.label,
    } | values  # fmt: skip
    entry = LedgerEntry(tenant=connection.tenant, id=uuid7.new(), connection=connection, **filled)
    entry.save(force_insert=True)
    return entry
