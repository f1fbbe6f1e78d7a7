from integrations.models import Connection
from tenants.models import AuditEntry, Tenant
from tests.integrations.factories import write
from tests.integrations.stand_in import StandIn


def test_an_allowed_write_is_sent_at_once(acme: Tenant, allowing: Connection, tryton: StandIn) -> None:
    entry = write(acme)
    assert (entry.state, entry.external_id) == ("done", "1")
    assert tryton.sales[1]["reference"] == f"aiops:{entry.id}"
    assert entry.result is not None
    assert entry.result["party"] == "C-001 Northwind Traders"
    assert [row.action for row in AuditEntry.objects.of(acme).order_by("seq")][-2:] == ["write.asked", "write.done"]
