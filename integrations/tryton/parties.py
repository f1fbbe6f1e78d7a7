"""Reading who a customer is."""

from collections.abc import Mapping
from typing import Any, Final

from integrations.contract import Access, Json, Read
from integrations.tryton import schemas
from integrations.tryton.client import Tryton

_FIELDS: Final = (
    "code", "name", "addresses.full_address", "contact_mechanisms.type", "contact_mechanisms.value"
)  # fmt: skip
_UNLESS_SAID: Final = 5
# Of one party; more would push what matters out of a prompt.
_MOST: Final = 20


def _read(access: Access, asked: Json) -> Json:
    rows = Tryton(access).search("party.party", _domain(asked), _FIELDS, limit=asked.get("limit", _UNLESS_SAID))
    return {"parties": [_party(row) for row in rows]}


def _domain(asked: Mapping[str, Any]) -> list[list[str]]:
    if "code" in asked:
        return [["code", "=", asked["code"]]]
    return [["name", "ilike", f"%{_escaped(asked['name'])}%"]]


def _escaped(text: str) -> str:
    """What would match anything matches itself."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _party(row: Json) -> Json:
    addresses = (each.get("full_address") or "" for each in row.get("addresses") or ())
    contacts = row.get("contact_mechanisms") or ()
    return {
        "id": row["id"],
        "code": row.get("code"),
        "name": row.get("name"),
        "addresses": [text for text in addresses if text][:_MOST],
        "contacts": [{"type": each.get("type"), "value": each.get("value")} for each in contacts][:_MOST],
    }


READ_PARTY: Final = Read(
    name="tryton.read_party",
    title="Read a party",
    summary="A customer's or supplier's name, code, addresses and contacts, by its code or by part of its name.",
    takes=schemas.READ_PARTY,
    gives=schemas.PARTIES,
    read=_read,
)
