"""The demo's Tryton, where one was started along: a connection that follows it, and sales that were asked for."""

from datetime import datetime
from typing import Any, Final

from aiops.demo.cast import STAFF
from aiops.embedded.erp.facts import ErpFacts
from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.services import Draft, Order
from tenants.actors import SYSTEM
from tenants.models import ApiKey, Feature, Role, Tenant, User
from tenants.principals import of_call_key, of_user
from tenants.scope import ALL, scope

TENANT: Final = "northwind"
SLUG: Final = "erp"
_FEATURE: Final = "answer-assistant"


def follow_erp(facts: ErpFacts, *, at: datetime) -> Connection | None:
    """None: the demo is not here. What people made of the connection stays; only its address moves."""
    with scope(ALL):
        tenant = Tenant.objects.filter(slug=TENANT).first()
        if tenant is None:
            return None
        connection = Connection.objects.of(tenant).select_related("tenant").filter(slug=SLUG).first()
        if connection is None:
            return services.connect(tenant, SLUG, _draft(tenant, facts), is_over_all=True, by=SYSTEM, at=at)
        if connection.address == facts.url:
            return connection
        moved = {"address": facts.url, "key": facts.key}
        return services.change(connection, moved, is_over_all=True, by=SYSTEM, at=at)


def ask_for_sales(connection: Connection, *, at: datetime) -> list[LedgerEntry]:
    """One that a person approved and one that waits; at the next start they are these again. Asks Tryton."""
    with scope(ALL):
        tenant = connection.tenant
        feature = Feature.objects.get(slug=_FEATURE)
        program = ApiKey.objects.filter(tenant=tenant, kind=ApiKey.Kind.CALL, name="demo").latest("created_at")
        person = User.objects.filter(email=_email(Role.SUPPORT)).first()
    asked = [
        services.run(
            Order(
                tenant=tenant,
                action="tryton.draft_sale",
                input=sale,
                by=of_call_key(program).actor,
                connection=SLUG,
                feature=feature,
                key=f"demo-sale-{number}",
                user=user,
            ),
            at=at,
        ).entry
        for number, (user, sale) in enumerate(_SALES, start=1)
    ]
    entries = [entry for entry in asked if entry]
    first = entries[0]
    if person and first.state == LedgerEntry.State.WAITING:
        by = of_user(person).actor
        services.approve(first, note="As agreed on the phone.", by=by, at=at)
    return entries


def _draft(tenant: Tenant, facts: ErpFacts) -> Draft:
    return Draft(
        name=f"{tenant.name}'s ERP",
        system="tryton",
        address=facts.url,
        acts_as=facts.user,
        settings={"database": facts.database},
        allow_private=True,
        key=facts.key,
    )


def _email(role: Role) -> str:
    return next(person.email for person in STAFF if person.role == role)


def _line(product: str, quantity: int, unit_price: str) -> dict[str, Any]:
    return {"product": product, "quantity": quantity, "unit_price": unit_price}


_SALES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    (
        "nurse.amsel",
        {
            "party": "C-1001",
            "description": "Bandages, as every month",
            "lines": [_line("BANDAGE-10", 12, "11.90"), _line("DELIVERY", 1, "18.00")],
        },
    ),
    (
        "desk.bruun",
        {
            "party": "C-1002",
            "description": "First-aid kits for the new wing",
            "lines": [_line("FIRST-AID-20", 8, "24.50"), _line("DELIVERY", 1, "18.00")],
        },
    ),
)
