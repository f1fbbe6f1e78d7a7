"""A stranger, or one customer's own admin, sends what would change something of another's."""

from typing import Any

import pytest
from django.test import Client

from integrations.models import LedgerEntry
from killswitch.models import Stop
from tenants.models import ApiKey
from tests.isolation.address import HIDDEN, STAFF
from tests.isolation.addresses import ADDRESSES, url_of


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if address.posts is not None))
def test_a_stranger_changes_nothing_of_acme(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    form = {} if name.startswith(("killswitch:", "integrations:")) else {"content_type": "application/json"}
    answer = strangers.post(url_of(name, acmes), ADDRESSES[name].posts or {}, **form)
    assert answer.status_code in (403, 404)
    assert Stop.objects.get(pk=acmes["stop"]).version == 1
    assert LedgerEntry.objects.get(id=acmes["write"]).version == 1


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if address.deletes))
def test_a_stranger_removes_nothing_of_acme(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    assert strangers.delete(url_of(name, acmes)).status_code == {HIDDEN: 404, STAFF: 403}[ADDRESSES[name].kind]
    assert ApiKey.objects.get(pk=acmes["key"]).revoked_at is None
