"""What the tests of the doors send."""

from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from tenants.models import Tenant
from tests.factories import make_key
from tests.integrations.factories import SALE
from tests.integrations.stand_in import StandIn

ACTIONS, CONNECTIONS, WRITES = "/api/v1/actions/", "/api/v1/connections/", "/api/v1/writes/"
DRAFT = f"{ACTIONS}tryton.draft_sale/"


def with_key(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def an_application(tenant: Tenant, **values: Any) -> APIClient:
    """With a tenant's call key."""
    return with_key(make_key(tenant, **values).text)


def ask(client: APIClient, path: str = DRAFT, **body: Any) -> Any:
    return client.post(path, {"input": SALE, "idempotency_key": "order-1"} | body, format="json")


def connection_order(tryton: StandIn, **values: Any) -> dict[str, Any]:
    return {
        "tenant": "acme",
        "slug": "erp",
        "system": "tryton",
        "address": tryton.url,
        "allow_private": True,
        "acts_as": "aiops",
        "key": "key-of-acme",
        "settings": {"database": "erp"},
    } | values


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def logged_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client
