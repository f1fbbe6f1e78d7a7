"""What is declared for the tests of the running gateway: committed, as its process must see it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, count
from typing import Any

import httpx
from django.db import transaction
from openai import DefaultHttpxClient, OpenAI

from costs import segments
from costs.prices import declare_price
from costs.pricing import PriceList
from costs.records import Finished, Opened, parse
from gateway.process.limits import Limits
from gateway.services import Member, declare_chain, declare_model, declare_provider
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Acknowledgement, Feature, Process, Revision, Tenant
from tenants.scope import ALL, scope
from tests.factories import make_feature, make_key, make_tenant
from tests.gateway.processes import HTTP, Served, until

PRICES = {"input": "0.15", "cached": "0.075", "output": "0.60"}
QUESTION: list[Any] = [{"role": "user", "content": "How do I send a parcel back?"}]
_numbers = count(1)


@dataclass(frozen=True)
class Customer:
    """A tenant with a key, as its application sees the gateway."""

    tenant: Tenant
    key: str
    gateway: Served

    def at(self, gateway: Served) -> "Customer":
        return replace(self, gateway=gateway)

    @contextmanager
    def openai(self, **headers: str) -> Iterator[OpenAI]:
        tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": "ann@customer.example"} | headers
        url = f"{self.gateway.url}/v1"
        # Making one of its own reads the certificates of the whole world.
        http = DefaultHttpxClient(verify=False)
        with OpenAI(base_url=url, api_key=self.key, max_retries=0, default_headers=tags, http_client=http) as client:
            yield client

    def post(self, body: Any, *, key: str | None = None, **headers: str) -> httpx.Response:
        """A call by hand; a header that is empty is not sent."""
        tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": "ann@customer.example"} | headers
        sent = {name: value for name, value in tags.items() if value}
        sent["Authorization"] = f"Bearer {key or self.key}"
        content = {"content": body} if isinstance(body, bytes | Iterator) else {"json": body}
        return HTTP.post(f"{self.gateway.url}/v1/chat/completions", headers=sent, **content)

    @contextmanager
    def stream(self, body: Any) -> Iterator[Iterator[str]]:
        """A call that is answered in pieces: first the id of the call, then the pieces as they come."""
        tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": "ann@customer.example"}
        headers = {"Authorization": f"Bearer {self.key}", **tags}
        url = f"{self.gateway.url}/v1/chat/completions"
        with HTTP.stream("POST", url, json={**body, "stream": True}, headers=headers) as response:
            yield chain([response.headers["x-aiops-call-id"]], response.iter_text())


@dataclass(frozen=True)
class World:
    gateway: Served
    simulator: Served
    answers: Feature
    drafts: Feature

    def customer(self, *, feature: Feature | None = None, **values: Any) -> Customer:
        """One that nobody else has; the gateway knows it."""
        with scope(ALL), transaction.atomic():
            tenant = make_tenant(f"customer-{next(_numbers)}", **values)
            key = make_key(tenant, feature=feature)
        self.catch_up()
        return Customer(tenant, key.text, self.gateway)

    def stop(self, tenant: Tenant, feature: Feature | None = None) -> Stop:
        """Committed; when it is in force is for the test to find out."""
        with scope(ALL):
            order = switches.Order(target=Target.of(tenant, feature), reason=Stop.Reason.ANSWERS)
            return switches.stop(order, by=SYSTEM, at=datetime.now(UTC)).stop

    def cut_by(self, stop: Stop) -> int:
        """How many answers the processes say they cut when they applied it."""
        return sum(Acknowledgement.objects.filter(stops_revision=stop.revision).values_list("cut", flat=True))

    def lift(self, stop: Stop) -> None:
        with scope(ALL):
            switches.lift(stop, by=SYSTEM, at=datetime.now(UTC))

    def catch_up(self, gateway: Served | None = None) -> None:
        """Wait until the gateway has applied what is committed."""
        wanted = {name: Revision.objects.get(name=name).number for name in ("config", "stops")}
        served = gateway or self.gateway
        until(lambda: all(served.get("/healthz")[f"{name}_revision"] >= wanted[name] for name in wanted))

    def confirm(self, *names: str) -> None:
        """Wait until these processes say that they have applied the stops that are committed."""
        wanted = Revision.objects.get(name="stops").number
        until(lambda: not Process.objects.filter(name__in=names, stops_revision__lt=wanted).exists())

    def fail(self, model: str, fault: str, **details: Any) -> None:
        """The simulator fails for this model: `count` times, or until it is told to stop."""
        body = {"model": model, "fault": fault, **details}
        HTTP.post(f"{self.simulator.url}/control/faults", json=body).raise_for_status()

    def asked(self) -> int:
        """How many calls have reached the provider."""
        return int(self.simulator.get("/control/calls")["total"])

    def record_of(self, call_id: str) -> Finished:
        """How the journal says that the call ended; waits for it."""
        return self._record(call_id)

    def record_for(self, user: str) -> Finished:
        """The same, of the only call for this user."""
        return self._record(user)

    def _record(self, mark: str) -> Finished:
        found: list[Finished] = []

        def look() -> list[Finished]:
            found.extend(_finished(mark.encode()))
            return found

        until(look)
        return found[0]


def declare(simulator: Served) -> tuple[Feature, Feature]:
    url = f"{simulator.url}/v1"
    # Gateways read all of it at once.
    with scope(ALL), transaction.atomic():
        features = make_feature("answers"), make_feature("drafts")
        declare_provider(
            "simulator", name="Simulator", base_url=url, api_key="sk-simulated", pricing_provider="openai",
            simulated=True, allow_private=True, by=SYSTEM,
        )  # fmt: skip
        declare_provider("nobody", name="Nobody", base_url="http://127.0.0.1:9/v1", allow_private=True, by=SYSTEM)
        for name in ("mini", "large", "free", "tired", "weary"):
            declare_model(name, provider="simulator", upstream=f"sim-{name}", by=SYSTEM)
        declare_model("unreachable", provider="nobody", by=SYSTEM)
        _chain("default", ["mini", "large"])
        _chain("dead-first", ["unreachable", "large"])
        _chain("dead", ["unreachable"])
        _chain("tired-first", ["tired", "large"])
        _chain("dead-then-weary", ["weary", "unreachable"])
        declare_chain("quick", members=[Member("mini", timeout_seconds=1)], by=SYSTEM)
        declare_chain("hasty", members=[Member("mini", timeout_seconds=1), Member("large")], by=SYSTEM)
        declare_chain("stubborn", members=[Member("mini", attempts=2), Member("large")], by=SYSTEM)
        for name in ("sim-mini", "sim-large"):
            declare_price("openai", name, PriceList.parse(PRICES), by=SYSTEM, at=datetime.now(UTC))
    return features


def _chain(slug: str, models: Sequence[str]) -> None:
    declare_chain(slug, members=[Member(model) for model in models], by=SYSTEM)


def paid(record: Finished) -> Decimal:
    assert record.cost is not None
    return record.cost.total


def journalled(mark: bytes) -> list[Opened | Finished]:
    """The records whose lines hold these bytes."""
    read = (segment.read(0) for segment in segments.all_of(Limits.from_settings().journal))
    return [parse(line) for data in read if mark in data for line in data.splitlines() if mark in line]


def _finished(mark: bytes) -> list[Finished]:
    return [record for record in journalled(mark) if isinstance(record, Finished)]
