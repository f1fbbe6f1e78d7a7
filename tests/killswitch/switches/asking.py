"""What the tests of these pages send, and where they look."""

from datetime import datetime, timedelta, tzinfo
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from killswitch.models import Stop
from killswitch.standing import version_of
from tenants.models import Acknowledgement, Process, Tenant
from tenants.scope import ALL, scope

FOUND, CONFLICT, INVALID = HTTPStatus.FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY


def order(tenant: Tenant, **values: Any) -> dict[str, Any]:
    """What the confirm page sends."""
    return {"reason": "looking", "until": "", "submission": str(uuid4()), "expected": version_of(tenant), **values}


class Soon(datetime):
    """The clock of a page that is opened six seconds from now: when a change was committed, only the database says."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(seconds=6)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def in_force(tenant: Tenant) -> list[Stop]:
    with scope(ALL):
        return list(Stop.objects.active().of(tenant))


def gateway(name: str, *, applied: int, at: datetime, cut: int = 0) -> None:
    process = Process.objects.create(
        id=uuid4(), kind="gateway", name=name, host="here", pid=1, started_at=at, seen_at=at,
        stops_revision=applied, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip
    Acknowledgement.objects.create(process=process, stops_revision=applied, applied_at=at, cut=cut)
