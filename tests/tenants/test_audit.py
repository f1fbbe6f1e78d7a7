from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from tenants import audit
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Tenant
from tenants.scope import scope


def append(tenant: Tenant, note: str) -> AuditEntry:
    return audit.append(tenant.pk, actor=SYSTEM, action="test.noted", object="a thing", payload={"note": note})


def test_each_entry_follows_the_one_before(acme: Tenant) -> None:
    first, second = append(acme, "one"), append(acme, "two")
    assert (second.seq, second.previous) == (first.seq + 1, first.seal)
    assert audit.verify(acme.pk).holds


def test_chains_of_two_tenants_are_apart(acme: Tenant, globex: Tenant) -> None:
    before = audit.verify(globex.pk).entries
    append(acme, "one")
    assert audit.verify(globex.pk).entries == before


@pytest.mark.parametrize("statement", ["UPDATE tenants_auditentry SET action = 'x'", "DELETE FROM tenants_auditentry"])
def test_the_application_cannot_rewrite_it(acme: Tenant, statement: str) -> None:
    append(acme, "one")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_entry_altered_in_memory_is_named(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    append(acme, "one")
    second = append(acme, "two")
    append(acme, "three")
    monkeypatch.setattr(audit, "seal", _other_seal_for(second.seq))
    found = audit.verify(acme.pk)
    assert (found.broken_at, found.reason) == (second.seq, "it was changed after it was written")


def test_another_tenants_chain_is_not_there(acme: Tenant, globex: Tenant) -> None:
    append(acme, "one")
    with scope([globex.pk]):
        assert audit.verify(acme.pk).entries == 0


def _other_seal_for(seq: int) -> Callable[[AuditEntry], bytes]:
    real = audit.seal
    return lambda entry: b"forged" if entry.seq == seq else real(entry)
