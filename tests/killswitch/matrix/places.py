"""A place is where one stop reaches and no other: whatever has a name there is nobody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

import httpx
from django.db import transaction

from gateway.grounding.policy import Mode as Grounding
from gateway.services import Member, declare_caching, declare_chain, declare_grounding, declare_model, declare_provider
from killswitch import lookups
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.scopes import MODES, InFlight, Mode, Scope
from prompts import services as prompts
from prompts.bundle import Bundle
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tenants.services import declare_feature
from tests.factories import make_key, make_tenant
from tests.gateway.processes import HTTP, Served
from tests.integrations.factories import make_connection

CELLS: Final = [(each, mode) for each in Scope for mode in Mode if mode in MODES[each]]
USER: Final = "ann@customer.example"
SAFE: Final = "We cannot answer just now. Write to help@customer.example."
_numbers = count(1)


@dataclass(frozen=True)
class Place:
    """`chain` asks its model, then `spare`; `long_chain` asks one that is not there before them."""

    name: str
    tenant: Tenant
    key: str
    gateway: Served

    @property
    def model(self) -> str:
        return self.name

    @property
    def prompt(self) -> str:
        return f"prompt-{self.name}"

    @property
    def chain(self) -> str:
        return f"chain-{self.name}"

    @property
    def long_chain(self) -> str:
        return f"long-{self.name}"

    def headers(self, **more: str) -> dict[str, str]:
        tags = {"X-AIOps-Feature": self.name, "X-AIOps-User": USER, **more}
        return {"Authorization": f"Bearer {self.key}", **tags}

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        # Its feature keeps answers: what is asked afresh says so.
        sent = {"Cache-Control": "no-cache", **headers}
        return HTTP.post(self.gateway.url + path, json=body, headers=self.headers(**sent))

    @property
    def upstream(self) -> str:
        return f"sim-{self.name}"

    def stop(self, of: Scope, mode: Mode, in_flight: InFlight = InFlight.CUT) -> Stop:
        """Committed; processes hear of it within milliseconds."""
        with scope(ALL):
            order = switches.Order(
                target=_TARGETS[of](self),
                reason=Stop.Reason.ANSWERS,
                mode=mode,
                in_flight=in_flight,
                drain_seconds=1 if in_flight == InFlight.DRAIN else 0,
            )
            return switches.stop(order, by=SYSTEM, at=datetime.now(UTC)).stop


def named(words: Any) -> str:
    """Of a cell, for the names of tests."""
    return "-".join(words) if isinstance(words, tuple) else str(words)


def declare_spares(simulator: Served) -> None:
    """What all places share."""
    with scope(ALL):
        declare_provider("spares", name="Spares", base_url=f"{simulator.url}/v1", allow_private=True, by=SYSTEM)
        declare_provider("nobody", name="Nobody", base_url="http://127.0.0.1:9/v1", allow_private=True, by=SYSTEM)
        declare_model("spare", provider="spares", upstream="sim-spare", by=SYSTEM)
        declare_model("unreachable", provider="nobody", by=SYSTEM)


def make_place(gateway: Served, simulator: Served) -> Place:
    name = f"place-{next(_numbers)}"
    with scope(ALL), transaction.atomic():
        tenant = make_tenant(name)
        feature = declare_feature(name, name=name, safe_answer=SAFE, by=SYSTEM).row
        declare_grounding(feature, mode=Grounding.ANNOTATE, by=SYSTEM)
        declare_caching(feature, seconds=600, by=SYSTEM)
        declare_provider(name, name=name, base_url=f"{simulator.url}/v1", allow_private=True, by=SYSTEM)
        declare_model(name, provider=name, upstream=f"sim-{name}", by=SYSTEM)
        for chain, models in ((f"chain-{name}", [name, "spare"]), (f"long-{name}", ["unreachable", name, "spare"])):
            declare_chain(chain, members=[Member(model) for model in models], by=SYSTEM)
        bundle = Bundle.parse({"messages": [{"role": "system", "content": f"You are {name}."}]})
        pushed = prompts.push_version(f"prompt-{name}", bundle, by=SYSTEM, at=datetime.now(UTC))
        prompts.release(pushed.version, environment="production", by=SYSTEM, at=datetime.now(UTC))
        make_connection(tenant, "http://127.0.0.1:9", slug="erp")
        key = make_key(tenant)
    return Place(name, tenant, key.text, gateway)


# Of each scope, what is to be stopped at a place.
_TARGETS: Final[Mapping[Scope, Callable[[Place], Any]]] = {
    Scope.GLOBAL: lambda place: lookups.find_target(Scope.GLOBAL),
    Scope.TENANT: lambda place: lookups.find_target(Scope.TENANT, tenant=place.name),
    Scope.FEATURE: lambda place: lookups.find_target(Scope.FEATURE, place.name),
    Scope.TENANT_FEATURE: lambda place: lookups.find_target(Scope.TENANT_FEATURE, place.name, tenant=place.name),
    Scope.PROVIDER: lambda place: lookups.find_target(Scope.PROVIDER, place.name),
    Scope.MODEL: lambda place: lookups.find_target(Scope.MODEL, place.name),
    Scope.PROMPT_VERSION: lambda place: lookups.find_target(Scope.PROMPT_VERSION, f"{place.prompt}@v1"),
    Scope.CONNECTION: lambda place: lookups.find_target(Scope.CONNECTION, "erp", tenant=place.name),
    Scope.USER: lambda place: lookups.find_target(Scope.USER, USER, tenant=place.name),
}
