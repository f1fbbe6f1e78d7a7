"""Give Tryton's database its modules. Run by the Python of the ERP's own environment, where nothing of ours is."""

import os
import sys
from typing import Any

# Only in its own environment.
from trytond import __series__, backend
from trytond.pool import Pool
from trytond.transaction import Transaction, TransactionError, inactive_records

_MODULES = ["party", "product", "sale", "company"]
_LANGUAGES = ["en"]


def main() -> None:
    (name,) = sys.argv[1:]
    database = backend.Database(name)
    database.connect()
    if not database.test():
        database.init()
    Pool.start()
    Pool(name).init(update=_MODULES, lang=_LANGUAGES, activatedeps=True)
    locks: dict[str, Any] = {}
    while not _finished(name, os.environ["AIOPS_ERP_ADMIN_PASSWORD"], locks):
        pass
    print(f"{name} has its modules", flush=True)


def _finished(name: str, admin_password: str, locks: dict[str, Any]) -> bool:
    """A transaction that finds out that it needs a lock is begun again with it."""
    with Transaction().start(name, 0, **locks) as transaction:
        try:
            _finish(Pool(), admin_password)
        except TransactionError as need:
            transaction.rollback()
            need.fix(locks)
            return False
    return True


def _finish(pool: Any, admin_password: str) -> None:
    pool.get("ir.module").update_list()
    language = pool.get("ir.lang")
    language.write(language.search([("code", "in", _LANGUAGES)]), {"translatable": True})
    configuration = pool.get("ir.configuration")(1)
    configuration.series, configuration.language = __series__, "en"
    configuration.save()
    _administrator(pool.get("res.user"), admin_password)


def _administrator(users: Any, password: str) -> None:
    with inactive_records():
        found = users.search([("login", "=", "admin")])
    user = found[0] if found else users(login="admin")
    user.administrator, user.active, user.password = True, True, password
    user.save()


if __name__ == "__main__":
    main()
