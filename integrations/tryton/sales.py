"""Sales: a draft that carries our reference, and its cancelling."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from integrations.contract import Access, Done, Json, Plan, Risk, Write
from integrations.faults import Rejected
from integrations.tryton import schemas
from integrations.tryton.client import Tryton
from integrations.tryton.errors import NotThere

_FIELDS: Final = (
    "number", "reference", "description", "state", "party.code", "party.name", "company.rec_name", "currency.code",
    "untaxed_amount", "lines.product.code", "lines.description", "lines.quantity", "lines.unit_price",
)  # fmt: skip
_ORDER: Final = (
    "party", "description", "lines", "product", "quantity", "unit_price", "untaxed_amount", "currency", "company",
    "state", "number", "reference", "id",
)  # fmt: skip
_CANCELLABLE: Final = frozenset({"draft", "quotation"})
# Told of at most, when it was delivered again and again by whatever stands between.
_MOST_DUPLICATES: Final = 20


def _plan_draft(access: Access, asked: Json, reference: str) -> Plan:
    tryton = Tryton(access)
    company = tryton.company()
    party = _party(tryton, asked["party"])
    products = _products(tryton, [line["product"] for line in asked["lines"] if "product" in line])
    lines = [_line(line, products) for line in asked["lines"]]
    values = {"party": party["id"], "company": company.id, "reference": reference, "lines": [["create", lines]]}
    if "description" in asked:
        values["description"] = asked["description"]
    total = sum((Decimal(line["unit_price"]) * Decimal(str(line["quantity"])) for line in lines), Decimal())
    after = {
        "state": "draft",
        "reference": reference,
        "description": asked.get("description"),
        "party": _named(party),
        "company": company.name,
        "currency": company.currency,
        "untaxed_amount": f"{total:.2f}",
        "lines": [_shown(line, asked_line) for line, asked_line in zip(lines, asked["lines"], strict=True)],
    }
    return Plan(None, after, {"company": company.id, "values": values})


def _send_draft(access: Access, payload: Json, reference: str) -> str:
    made = Tryton(access).create("sale.sale", _exact(payload["values"]), company=payload["company"])
    return str(made["id"])


def _find_draft(access: Access, payload: Json, reference: str) -> Done | None:
    """What stands between may have delivered it twice: of several with our reference the first is ours."""
    rows = Tryton(access).search("sale.sale", [["reference", "=", reference]], _FIELDS, limit=_MOST_DUPLICATES)
    if not rows:
        return None
    first, *more = sorted(rows, key=lambda row: int(row["id"]))
    return Done(str(first["id"]), _sale(first), _remark(more))


def _remark(more: Sequence[Json]) -> str:
    """Removing one would be a write of its own, which nobody has seen or approved."""
    if not more:
        return ""
    ids = ", ".join(str(row["id"]) for row in more)
    return f"Tryton has it more than once, with the same reference: also as {ids}. Look at them there, and cancel them."


def _plan_cancel(access: Access, asked: Json, reference: str) -> Plan:
    try:
        sale = _sale(Tryton(access).read("sale.sale", asked["sale"], _FIELDS))
    except NotThere as fault:
        raise Rejected(f"There is no sale {asked['sale']} that the user of this key may see.") from fault
    if sale["state"] not in _CANCELLABLE:
        raise Rejected(f"Sale {asked['sale']} is {sale['state']}; only drafts and quotations can be cancelled.")
    return Plan(sale, sale | {"state": "cancelled"}, {"sale": asked["sale"]})


def _send_cancel(access: Access, payload: Json, reference: str) -> str:
    Tryton(access).press("sale.sale", payload["sale"], "cancel")
    return str(payload["sale"])


def _find_cancel(access: Access, payload: Json, reference: str) -> Done | None:
    try:
        sale = _sale(Tryton(access).read("sale.sale", payload["sale"], _FIELDS))
    except NotThere:
        return None
    return Done(str(sale["id"]), sale) if sale["state"] == "cancelled" else None


def _party(tryton: Tryton, code: str) -> Json:
    rows = tryton.search("party.party", [["code", "=", code]], ["code", "name"], limit=1)
    if not rows:
        raise Rejected(f"There is no party with code {code!r} that the user of this key may see.")
    return rows[0]


def _products(tryton: Tryton, codes: Sequence[str]) -> dict[str, Json]:
    if not codes:
        return {}
    wanted = sorted(set(codes))
    fields = ["code", "name", "salable", "sale_uom.id", "default_uom.id"]
    rows = tryton.search("product.product", [["code", "in", wanted]], fields, limit=len(wanted) * 2)
    found = {row["code"]: row for row in rows}
    if missing := [code for code in wanted if code not in found]:
        raise Rejected(f"There is no product with code {', '.join(missing)} that the user of this key may see.")
    if unsalable := [code for code in wanted if not found[code].get("salable")]:
        raise Rejected(f"Not for sale in Tryton: {', '.join(unsalable)}.")
    return found


def _line(asked: Json, products: dict[str, Json]) -> Json:
    line: Json = {"type": "line", "quantity": asked["quantity"], "unit_price": _decimal(asked["unit_price"])}
    if "product" in asked:
        product = products[asked["product"]]
        unit = product.get("sale_uom") or product.get("default_uom") or {}
        line |= {"product": product["id"], "unit": unit.get("id")}
    if "description" in asked:
        line["description"] = asked["description"]
    return line


def _decimal(given: str | float) -> str:
    """1e-3 is 0.001 to whoever reads it."""
    return f"{Decimal(str(given)):f}"


def _exact(values: Json) -> Json:
    """Kept as text in the ledger; Tryton takes prices as decimals only."""
    lines = [{**line, "unit_price": Decimal(line["unit_price"])} for line in values["lines"][0][1]]
    return {**values, "lines": [["create", lines]]}


def _shown(line: Json, asked: Json) -> Json:
    shown = {"product": asked.get("product"), "description": asked.get("description")}
    return shown | {"quantity": line["quantity"], "unit_price": line["unit_price"]}


def _sale(row: Json) -> Json:
    return {
        "id": row["id"],
        **{name: row.get(name) for name in ("number", "reference", "description", "state", "untaxed_amount")},
        "party": _named(row.get("party") or {}),
        "company": (row.get("company") or {}).get("rec_name"),
        "currency": (row.get("currency") or {}).get("code"),
        "lines": [_told(line) for line in row.get("lines") or ()],
    }


def _told(line: Json) -> Json:
    product: Any = line.get("product") or {}
    told = {name: line.get(name) for name in ("description", "quantity", "unit_price")}
    return {"product": product.get("code"), **told}


def _named(party: Json) -> str:
    return " ".join(str(part) for part in (party.get("code"), party.get("name")) if part)


def _headline(sale: Json) -> str:
    count = len(sale["lines"])
    lines = f"{count} line" if count == 1 else f"{count} lines"
    # Of a sale that the user may read in part only there is no amount.
    amount = f"{Decimal(sale['untaxed_amount']):,.2f} {sale['currency']} · " if sale["untaxed_amount"] else ""
    return f"{sale['party']} · {amount}{lines}"


def _the_sale(external_id: str) -> Json:
    return {"sale": int(external_id)}


CANCEL_SALE: Final = Write(
    name="tryton.cancel_sale",
    title="Cancel a sale",
    summary="Cancels a draft or a quotation. Nothing that was confirmed.",
    takes=schemas.CANCEL_SALE,
    gives=schemas.SALE,
    risk=Risk.MEDIUM,
    plan=_plan_cancel,
    send=_send_cancel,
    find=_find_cancel,
    headline=_headline,
    order=_ORDER,
    by_hand="Open the cancelled sale in Tryton and press Draft.",
)
DRAFT_SALE: Final = Write(
    name="tryton.draft_sale",
    title="Draft a sale",
    summary="A sale in state draft for a party: lines with a product's code or a description, quantity and unit price.",
    takes=schemas.DRAFT_SALE,
    gives=schemas.SALE,
    risk=Risk.LOW,
    plan=_plan_draft,
    send=_send_draft,
    find=_find_draft,
    headline=_headline,
    order=_ORDER,
    undone_by=CANCEL_SALE.name,
    undoing=_the_sale,
)
