"""What every page of the switches says first: whether AI is off for everyone, and what only processes hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from killswitch.models import Stop
from killswitch.standing import above
from tenants.http import TenantRequest
from tenants.models import Process
from tenants.permissions import Permission
from tenants.scope import ALL


@dataclass(frozen=True, slots=True)
class Held:
    """A stop in force that PostgreSQL does not know, and who holds it."""

    id: str
    target: str
    reason: str
    message: str
    processes: tuple[str, ...]


def frame(request: TenantRequest) -> dict[str, Any]:
    return {
        "above": above(),
        # Who stopped everybody, and why, is the operator's affair.
        "sees_all": request.principal.over(Permission.SWITCHES_READ) == ALL,
        "actor": request.principal.actor,
    }


def held_stops() -> list[Held]:
    holders: dict[str, list[str]] = {}
    facts: dict[str, Mapping[str, Any]] = {}
    for name, each in _reported():
        found = str(each.get("id", ""))
        holders.setdefault(found, []).append(name)
        facts[found] = each
    return [
        Held(key, str(of.get("target", "")), _reason(of), str(of.get("message", "")), tuple(sorted(set(holders[key]))))
        for key, of in facts.items()
    ]


def _reported() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for process in Process.objects.exclude(held_stops=[]).order_by("name"):
        for each in process.held_stops:
            yield process.name, each


def _reason(facts: Mapping[str, Any]) -> str:
    code = str(facts.get("reason", ""))
    return Stop.Reason(code).label if code in Stop.Reason else code
