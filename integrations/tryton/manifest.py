from typing import Final

from integrations.contract import Setting, System
from integrations.tryton.actions import ACTIONS
from integrations.tryton.client import check

TRYTON: Final = System(
    slug="tryton",
    name="Tryton",
    summary="An open ERP: parties, products, sales. Version 8 and its REST API.",
    key_label="User application key",
    key_hint="In Tryton: the user's preferences, Actions, Applications, REST API; then validate it.",
    settings=(Setting("database", "Database", "The name between the address and /rest."),),
    check=check,
    actions=ACTIONS,
)
