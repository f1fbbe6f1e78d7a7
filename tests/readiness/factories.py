"""What checks look at, made through the services that the product uses."""

from datetime import date, datetime, timedelta
from typing import Any

from costs.records import Finished
from readiness import services
from readiness.checks import CHECKS
from readiness.evidence import Evidence, aged
from readiness.facts import Facts
from readiness.items import ITEMS
from readiness.models import Attestation, ItemException
from tenants.models import Feature, Tenant, User
from tenants.principals import of_user
from tests.conftest import NOW
from tests.costs.factories import make_finished, make_opened, record

DOCUMENT = "https://wiki.operator.example/document"
WORDS = "I have read it, and it says so."


def ask(number: int, feature: Feature, *, at: datetime = NOW) -> Evidence:
    return aged(CHECKS[number](Facts(at), feature), ITEMS[number], at=at)


def make_call(tenant: Tenant, feature: Feature, *, ago: timedelta = timedelta(hours=1), **values: Any) -> Finished:
    """Recorded, as a gateway would have it."""
    of_opened = {"chain", "model_asked", "model", "provider", "prompt_version", "simulated"}
    opened = make_opened(
        tenant=tenant.pk, feature=feature.pk, at=NOW - ago,
        **{name: value for name, value in values.items() if name in of_opened},
    )  # fmt: skip
    rest = {name: value for name, value in values.items() if name not in of_opened}
    finished = make_finished(opened, **rest)
    record(finished, at=NOW)
    return finished


def attest(number: int, by: User, *, feature: Feature | None = None, **values: Any) -> Attestation:
    fields: dict[str, Any] = {
        "document_url": DOCUMENT,
        "statement": WORDS,
        "expires_on": date(2026, 12, 31),
        "at": NOW,
    }
    return services.attest(ITEMS[number], feature=feature, by=of_user(by), **(fields | values))


def ask_exception(number: int, by: User, *, feature: Feature | None = None, **values: Any) -> ItemException:
    fields: dict[str, Any] = {
        "kind": ItemException.Kind.WAIVED,
        "reason": "It comes with the next release.",
        "expires_on": date(2026, 12, 31),
        "at": NOW,
    }
    return services.ask_exception(ITEMS[number], feature=feature, by=of_user(by).actor, **(fields | values))


def make_exception(number: int, by: User, agreed_by: User, **values: Any) -> ItemException:
    """One that holds."""
    made = ask_exception(number, by, **values)
    assert services.agree_exception(made, by=of_user(agreed_by).actor, at=NOW)
    made.refresh_from_db()
    return made
