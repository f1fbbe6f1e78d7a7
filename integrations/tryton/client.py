"""Tryton 8 through its REST API: `/<database>/rest/model/<model>`, with the key of a user application."""

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from integrations import wire
from integrations.contract import Access, Checked, Json
from integrations.faults import Garbled, NoRights
from integrations.tryton import errors
from integrations.tryton.companies import Companies, Company

_COMPANIES: Final = Companies()


class Tryton:
    """As one user; Tryton's own rights and record rules decide what there is."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._base = f"{access.address}/{quote(access.settings['database'], safe='')}/rest/model/"

    def search(self, model: str, domain: Sequence[Any], fields: Sequence[str], *, limit: int) -> list[Json]:
        query = [("d", _packed(domain)), ("s", str(limit)), *(("f", field) for field in fields)]
        try:
            return _rows(self._ask("GET", model, query))
        except errors.NotThere as fault:
            # A search that finds nothing answers with an empty list.
            raise errors.no_database(self._access.settings["database"]) from fault

    def read(self, model: str, id: int, fields: Sequence[str]) -> Json:
        return _row(self._ask("GET", f"{model}/{id}", [("f", field) for field in fields]))

    def create(self, model: str, values: Json, *, company: int) -> Json:
        return _row(self._ask("POST", model, [("f", "id")], values, {"company": company}))

    def press(self, model: str, id: int, button: str) -> Json:
        return _row(self._ask("POST", f"{model}/{id}/{button}", [("f", "id")], {}))

    def company(self) -> Company:
        """The one that the user works for; sales are made in it."""
        return _COMPANIES.of(self._access, self._company)

    def _company(self) -> Company:
        preferences = _row(self._ask("POST", "res.user/get_preferences", [], {"context_only": True}))
        if not preferences.get("company"):
            raise NoRights("The user of this key works for no company in Tryton; set one in its preferences.")
        row = self.read("company.company", int(preferences["company"]), ["rec_name", "currency.code"])
        return Company(row["id"], row["rec_name"], (row.get("currency") or {}).get("code") or "")

    def whoami(self) -> str:
        """The login that the key is of; asked for by the key's record, never by the key, which logs would keep."""
        try:
            preferences = _row(self._ask("POST", "res.user/get_preferences", [], {"context_only": False}))
        except (errors.NotThere, errors.Unavailable) as fault:
            raise errors.no_database(self._access.settings["database"]) from fault
        mine = preferences.get("applications") or []
        row = self.read("res.user.application", int(mine[0]), ["user.login"]) if mine else {}
        if not row.get("user"):
            raise Garbled("Tryton does not tell whose key this is.")
        return str(row["user"]["login"])

    def _ask(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        values: Json | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        headers = {"Authorization": f"bearer {self._access.credentials}", "Accept": "application/json"}
        if values is not None:
            headers["Content-Type"] = "application/json"
        if context:
            headers["X-Tryton-Context"] = _packed(context)
        url = f"{self._base}{path}{'?' if query else ''}{urlencode(query)}"
        body = None if values is None else orjson.dumps(values, default=_written)
        answer = wire.send(
            method, url, headers=headers, body=body,
            allow_private=self._access.allow_private, seconds=self._access.seconds,
        )  # fmt: skip
        if answer.status != 200:
            errors.refuse(answer, secret=self._access.credentials)
        try:
            return _understood(orjson.loads(answer.body))
        except orjson.JSONDecodeError as fault:
            raise Garbled("It answered, and not in JSON. Is it Tryton at this address?") from fault


def check(access: Access) -> Checked:
    tryton = Tryton(access)
    login = tryton.whoami()
    company = tryton.company()
    return Checked(login, f"Tryton answers as {login}, of {company.name}.")


def _packed(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


def _written(value: object) -> Json:
    """Tryton's own way to write a Decimal in JSON."""
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": f"{value:f}"}
    raise TypeError(type(value))


def _understood(value: Any) -> Any:
    """Decimals and dates as text, whatever else as it came."""
    match value:
        case {"__class__": "Decimal", "decimal": text}:
            return str(text)
        case {"__class__": "date", "year": year, "month": month, "day": day}:
            return f"{year}-{month:>02}-{day:>02}"
        case dict():
            return {name: _understood(each) for name, each in value.items() if name != "__name__"}
        case list():
            return [_understood(each) for each in value]
        case str():
            # No column of the ledger can keep it.
            return value.replace("\0", "\ufffd")
    return value


def _rows(value: Any) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(row, dict) and "id" in row for row in value):
        raise Garbled("Tryton answered with something else than records.")
    return value


def _row(value: Any) -> Json:
    if not isinstance(value, dict):
        raise Garbled("Tryton answered with something else than a record.")
    return value
