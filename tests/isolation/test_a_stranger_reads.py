"""A stranger asks every address: a customer's own admin, who must never see another customer."""

from typing import Any

import pytest
from django.test import Client

from tests.isolation.address import HIDDEN, NAME, NOTE, OPEN, OWN, STAFF
from tests.isolation.addresses import ADDRESSES, of_kind, url_of


@pytest.mark.parametrize("name", of_kind(OWN, HIDDEN, STAFF))
def test_nobody_gets_in_without_login(client: Client, acmes: dict[str, Any], name: str) -> None:
    answer = client.get(url_of(name, acmes))
    assert answer.status_code in (302, 401, 403, 405)
    assert NAME.encode() not in answer.content


@pytest.mark.parametrize("name", of_kind(OPEN, OWN))
def test_a_stranger_sees_nothing_of_acme(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    answer = strangers.get(url_of(name, acmes), follow=True)
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer.status_code in (200, 403, 404, 405)
    assert NAME.encode() not in body
    assert NOTE.encode() not in body


@pytest.mark.parametrize("name", of_kind(HIDDEN))
def test_what_is_acmes_is_not_there_for_a_stranger(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    answer = strangers.get(url_of(name, acmes))
    assert answer.status_code in (404, 405)
    assert NAME.encode() not in answer.content


@pytest.mark.parametrize("name", of_kind(STAFF))
def test_what_is_for_staff_is_refused_to_a_stranger(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    answer = strangers.get(url_of(name, acmes))
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if not name.startswith("api:")))
def test_a_nul_in_an_address_is_refused_in_words(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    path = url_of(name, acmes).split("?")[0]
    assert strangers.get(path + "?q=%00").status_code == 400
