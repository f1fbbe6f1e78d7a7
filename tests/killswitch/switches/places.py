"""One of every kind of what can be stopped, and where its page is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from costs.endusers import user_key
from costs.models import EndUser
from gateway.services import declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.integrations.factories import make_connection
from tests.prompts.factories import make_version

JANE = "jane@mail.example"


@dataclass(frozen=True)
class Kind:
    """`asked`: how a person would address it; `home`: where that leads after it was turned off."""

    asked: str
    said: str
    button: str
    home: str = ""


_ANSWERS, _BOOKS, _JANE = "Answer assistant of everyone", "Books of Acme Robotics", f"{JANE} of Acme Robotics"
KINDS = {
    "everyone": Kind("~everyone/", "AI is off for everyone.", "Stop AI for everyone"),
    "feature": Kind("~feature/answers/", f"{_ANSWERS} is off.", f"Turn off {_ANSWERS}"),
    "provider": Kind("~provider/acme-ai/", "Acme AI is off.", "Turn off Acme AI"),
    "model": Kind("~model/acme/mini/", "acme/mini is off.", "Turn off acme/mini"),
    "prompt_version": Kind("~prompt_version/welcome@v1/", "welcome v1 is off.", "Turn off welcome v1"),
    "connection": Kind("acme/~connection/erp/", f"{_BOOKS} is off.", f"Turn off {_BOOKS}"),
    "user": Kind(f"acme/~user/{JANE}/", f"AI is off for {_JANE}.", f"Turn off {_JANE}", "acme/~user/{jane}/"),
}
SHARED = [name for name in KINDS if name not in ("connection", "user")]


def make_all(tenant: Tenant, feature: Feature) -> None:
    """Whatever the kinds name."""
    declare_provider("acme-ai", name="Acme AI", base_url="https://acme-ai.example/v1", by=SYSTEM)
    declare_model("acme/mini", provider="acme-ai", upstream="mini", by=SYSTEM)
    make_version(name="welcome")
    make_connection(tenant, "http://127.0.0.1:9", name="Books")
    EndUser.objects.create(tenant=tenant, key=jane_of(tenant), label=JANE, seen_at=datetime.now(UTC))


def jane_of(tenant: Tenant) -> UUID:
    return user_key(tenant.pk, JANE)
