"""A client's script, run against a real gateway, and the records of the calls it made."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from costs.budgets import declare_budget
from costs.models import Budget
from costs.prices import declare_price
from costs.pricing import PriceList
from costs.records import Finished
from gateway.services import declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.clients import installing
from tests.gateway.processes import until
from tests.gateway.world import PRICES, World, journalled

# A chain of one, by what becomes of its calls.
_MODELS = ("busy-once", "busy", "breaking", "unhurried", "embedder")


class Script(NamedTuple):
    """What runs it: `own` Python, that of requirements-clients.lock, or `node`; and its file."""

    runtime: str
    name: str


@dataclass(frozen=True)
class Run:
    """What the script told, and for whom it called."""

    told: dict[str, Any]
    tenants: tuple[Tenant, Tenant, Tenant]

    def __getitem__(self, scenario: str) -> Any:
        return self.told[scenario]

    def records(self, user: str, count: int = 1) -> list[Finished]:
        """Of the calls that the script made in this user's name; waits for so many."""
        until(lambda: len(self._records(user)) >= count)
        return self._records(user)

    def record(self, user: str) -> Finished:
        (record,) = self.records(user)
        return record

    def _records(self, user: str) -> list[Finished]:
        ours = {tenant.pk for tenant in self.tenants}
        found = (record for record in journalled(f'"{user}"'.encode()) if isinstance(record, Finished))
        return [record for record in found if record.call.tenant in ours and record.call.user == user]


@dataclass(frozen=True)
class Stage:
    """The world with models that fail in their own ways."""

    world: World

    def run(self, command: Sequence[str | Path]) -> Run:
        customers = [self.world.customer() for _ in range(3)]
        tenants = tuple(customer.tenant for customer in customers)
        ours, stopped, poor = tenants
        self._prepare(stopped, poor)
        keys = dict(zip(("OPENAI_API_KEY", "STOPPED_KEY", "POOR_KEY"), (each.key for each in customers), strict=True))
        where = {"OPENAI_BASE_URL": f"{self.world.gateway.url}/v1"}
        done = subprocess.run(
            command,
            env={**installing.environment(), **keys, **where},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return Run(orjson.loads(done.stdout.splitlines()[-1]), (ours, stopped, poor))

    def _prepare(self, stopped: Tenant, poor: Tenant) -> None:
        now = datetime.now(UTC)
        with scope(ALL):
            declare_budget(poor, amount_usd=Decimal("0.0000001"), kind=Budget.Kind.HARD, by=SYSTEM, at=now)
        self.world.stop(stopped)
        self.world.catch_up()
        self.world.fail("sim-busy-once", "429", count=1, retry_after=1)
        self.world.fail("sim-busy", "429", retry_after=1)
        self.world.fail("sim-breaking", "drop")
        self.world.fail("sim-unhurried", "", chunks=60, chunk_delay_ms=20)


def set_stage(world: World) -> Stage:
    with scope(ALL):
        for name in _MODELS:
            declare_model(name, provider="simulator", upstream=f"sim-{name}", by=SYSTEM)
            declare_price("openai", f"sim-{name}", PriceList.parse(PRICES), by=SYSTEM, at=datetime.now(UTC))
        declare_provider(
            "native", name="Native", base_url=f"{world.simulator.url}/v1", pricing_provider="openai",
            simulated=True, allow_private=True, has_responses=True, by=SYSTEM,
        )  # fmt: skip
        declare_model("native", provider="native", upstream="sim-mini", by=SYSTEM)
    world.catch_up()
    return Stage(world)
