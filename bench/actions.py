"""What an action costs over the time that the customer's system itself takes: a read and a write, in a real Tryton.

Each is asked through the console's REST API and, by turns, of Tryton directly: same client, same requests.
"""

import json
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any, Final

import httpx

from aiops.lib import uuid7
from bench import stack
from integrations.contract import Access
from integrations.tryton.parties import READ_PARTY
from integrations.tryton.sales import DRAFT_SALE

TIMES: Final = 200
MARK_MS: Final = 25.0
_WARM_UP: Final = 20
_TENANT: Final = "tenants:\n  bench: {name: Bench}\nfeatures:\n  bench: {name: Bench}\n"
_PARTY: Final = {"code": "C-1001"}
_SALE: Final[dict[str, Any]] = {
    "party": "C-1001",
    "lines": [{"product": "BANDAGE-10", "quantity": 2, "unit_price": "11.90"}],
}


def main() -> None:
    with stack.home() as folder, stack.running(folder, patience=600, DEMO="0", ERP="1") as running:
        erp = json.loads((folder / "erp.json").read_text())
        access = Access(erp["url"], {"database": erp["database"]}, erp["key"], allow_private=True)
        headers = {"Authorization": f"Bearer {running.run['service_token']}"}
        with httpx.Client(base_url=running.run["url"], headers=headers, timeout=30) as console:
            _connect(running, console, erp)
            _tell("read_party", *_by_turns(lambda: _ask(console, READ_PARTY.name, _PARTY), lambda: _read(access)))
            _tell("draft_sale", *_by_turns(lambda: _ask(console, DRAFT_SALE.name, _SALE), lambda: _draft(access)))


def _connect(running: stack.Stack, console: httpx.Client, erp: dict[str, str]) -> None:
    file = running.home.parent / "bench.yaml"
    file.write_text(_TENANT)
    running.aiops("apply", "-f", str(file))
    body = {
        "tenant": "bench",
        "slug": "erp",
        "system": "tryton",
        "address": erp["url"],
        "allow_private": True,
        "settings": {"database": erp["database"]},
        "acts_as": erp["user"],
        "key": erp["key"],
        "writes": "allow",
    }
    console.post("/api/v1/connections/", json=body).raise_for_status()


def _by_turns(through: Callable[[], None], direct: Callable[[], None]) -> tuple[list[float], list[float]]:
    """Whatever else the machine does befalls both."""
    seen: tuple[list[float], list[float]] = ([], [])
    for number in range(_WARM_UP + TIMES):
        for one, milliseconds in zip((through, direct), seen, strict=True):
            began = time.perf_counter()
            one()
            if number >= _WARM_UP:
                milliseconds.append((time.perf_counter() - began) * 1000)
    return seen


def _ask(console: httpx.Client, action: str, asked: dict[str, Any]) -> None:
    body = {"tenant": "bench", "input": asked, "idempotency_key": str(uuid7.new())}
    console.post(f"/api/v1/actions/{action}/", json=body).raise_for_status()


def _read(access: Access) -> None:
    READ_PARTY.read(access, _PARTY)


def _draft(access: Access) -> None:
    """As the ledger has it done: planned, sent, looked up."""
    reference = f"bench:{uuid7.new()}"
    plan = DRAFT_SALE.plan(access, _SALE, reference)
    DRAFT_SALE.send(access, plan.payload, reference)
    DRAFT_SALE.find(access, plan.payload, reference)


def _tell(name: str, through: list[float], direct: list[float]) -> None:
    over = {"median": median(through) - median(direct), "p95": _p95(through) - _p95(direct)}
    print(
        f"{name}: {over['median']:.1f} ms over Tryton's own (p95 {over['p95']:.1f}; mark <= {MARK_MS:.0f}):"
        f" through the API {median(through):.1f} ms (p95 {_p95(through):.1f}),"
        f" directly {median(direct):.1f} ms (p95 {_p95(direct):.1f}), {TIMES} of each by turns"
    )


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
