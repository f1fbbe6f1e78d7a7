"""Fill a Tryton with a made-up company, and let programs act in it. Safe to repeat: what is there stays.

Run by the Python of the ERP's own environment, where nothing of ours is.
"""

import json
import os
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from proteus import Model, Wizard, config

_MADE_UP = Path(__file__).with_name("made_up.toml")
_CHART = "account.account_template_root_en"


def main() -> None:
    (name,) = sys.argv[1:]
    made_up = tomllib.loads(_MADE_UP.read_text())
    session = config.set_trytond(name, user="admin")
    company = _company(made_up["company"])
    # What the administrator sees depends on the company, which is new.
    session._context = Model.get("res.user").get_preferences(True, {})
    category = _accounts(company)
    for customer in made_up["customers"]:
        _customer(**customer)
    for product in made_up["products"]:
        _product(category, **product)
    for login, key in json.loads(os.environ["AIOPS_ERP_KEYS"]).items():
        _program(login, key, company)
    print(f"{name} has its records", flush=True)


def _company(made_up: dict[str, Any]) -> Any:
    found = Model.get("company.company").find()
    if found:
        return found[0]
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = _made("party.party", name=made_up["name"])
    wizard.form.currency = _made("currency.currency", rounding=Decimal("0.01"), **made_up["currency"])
    wizard.execute("add")
    (company,) = Model.get("company.company").find()
    return company


def _accounts(company: Any) -> Any:
    """The category whose products can be invoiced; the chart of accounts is made with it."""
    found = Model.get("product.category").find([("name", "=", "Goods and services")])
    if found:
        return found[0]
    template = Model.get("ir.model.data").get_id(_CHART, config.get_config().context)
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template, wizard.form.company = Model.get("account.account.template")(template), company
    wizard.execute("create_account")
    kinds = {kind: _account(company, kind) for kind in ("receivable", "payable", "expense", "revenue")}
    wizard.form.account_receivable, wizard.form.account_payable = kinds["receivable"], kinds["payable"]
    wizard.form.category_account_expense = kinds["expense"]
    wizard.form.category_account_revenue = kinds["revenue"]
    wizard.execute("create_properties")
    category = {"account_expense": kinds["expense"], "account_revenue": kinds["revenue"]}
    return _made("product.category", name="Goods and services", accounting=True, **category)


def _account(company: Any, kind: str) -> Any:
    return Model.get("account.account").find(
        [(f"type.{kind}", "=", True), ("company", "=", company.id), ("closed", "!=", True)], limit=1
    )[0]


def _customer(code: str, name: str, address: dict[str, str], contacts: dict[str, str]) -> None:
    if Model.get("party.party").find([("code", "=", code)]):
        return
    party = Model.get("party.party")(name=name, code=code)
    (place,) = party.addresses or [party.addresses.new()]
    for field, value in address.items():
        setattr(place, field, value)
    for kind, value in contacts.items():
        party.contact_mechanisms.new(type=kind, value=value)
    party.save()


def _product(category: Any, code: str, name: str, list_price: str, type: str = "goods") -> None:
    if Model.get("product.product").find([("code", "=", code)]):
        return
    (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
    template = Model.get("product.template")(name=name, type=type, default_uom=unit, salable=True)
    template.list_price, template.account_category = Decimal(list_price), category
    (product,) = template.products or [template.products.new()]
    product.suffix_code = code
    template.save()


def _program(login: str, key: str, company: Any) -> None:
    """A user with the rights of a salesperson and no password: it comes by its key alone."""
    found = Model.get("res.user").find([("login", "=", login)])
    user = found[0] if found else Model.get("res.user")(login=login, name=login)
    if not found:
        user.groups.append(Model.get("res.group")(_id("sale.group_sale")))
        # Proteus ties a record to the list it is put into: each user needs one of its own.
        user.companies.append(Model.get("company.company")(company.id))
        user.company = company
        user.save()
    if not Model.get("res.user.application").find([("user", "=", user.id), ("key", "=", key)]):
        _made("res.user.application", user=user, application="rest", key=key)


def _made(model: str, **values: Any) -> Any:
    record = Model.get(model)(**values)
    record.save()
    return record


def _id(name: str) -> int:
    return int(Model.get("ir.model.data").get_id(name, config.get_config().context))


if __name__ == "__main__":
    main()
