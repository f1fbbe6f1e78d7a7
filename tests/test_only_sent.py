"""Addresses to which one only sends: whoever opens one gets the page that it is sent from."""

from uuid import UUID

import pytest
from django.test import Client

from tenants.models import Feature, Tenant, User
from tests.integrations.factories import make_connection, make_waiting
from tests.readiness.factories import ask_exception, attest


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("/readiness/answers/25/attest/", "/readiness/answers/25/"),
        ("/readiness/answers/25/except/", "/readiness/answers/25/"),
        (f"/evals/runs/{UUID(int=1)}/cancel/", f"/evals/runs/{UUID(int=1)}/"),
        ("/account/theme/", "/account/"),
    ],
)
def test_the_page_is_named_by_the_address(
    client: Client, admin: User, answers: Feature, address: str, home: str
) -> None:
    client.force_login(admin)
    assert client.get(address).headers["Location"] == home
    assert client.put(address).status_code == 405


def test_an_attestation_leads_to_its_item(client: Client, admin: User, manager: User, answers: Feature) -> None:
    given = attest(25, manager, feature=answers)
    client.force_login(admin)
    address = f"/readiness/attestations/{given.pk}/withdraw/"
    assert client.get(address).headers["Location"] == "/readiness/answers/25/"


@pytest.mark.parametrize("verb", ["agree", "end"])
def test_an_exception_leads_to_its_item(
    client: Client, admin: User, manager: User, answers: Feature, verb: str
) -> None:
    asked = ask_exception(25, manager, feature=answers)
    client.force_login(admin)
    assert client.get(f"/readiness/exceptions/{asked.pk}/{verb}/").headers["Location"] == "/readiness/answers/25/"


def test_a_test_leads_to_the_connection_and_a_decision_to_the_write(client: Client, admin: User, acme: Tenant) -> None:
    connection = make_connection(acme, "http://127.0.0.1:9")
    write = make_waiting(connection, "a note")
    client.force_login(admin)
    assert client.get("/connections/acme/erp/test/").headers["Location"] == "/connections/#acme-erp"
    for verb in ("approve", "decline", "undo"):
        assert client.get(f"/writes/{write.id}/{verb}/").headers["Location"] == f"/writes/{write.id}/"
