"""Loading the demo: safe to repeat, and one that broke off half-way is completed with the same calls."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

import orjson

from aiops.declare.applying import apply
from aiops.demo.cast import FEATURES, SMALL, STAFF, TENANTS
from aiops.demo.chains import prove
from aiops.demo.declarations import of_the_demo, simulator
from aiops.demo.events import events
from aiops.demo.kept import Kept
from aiops.demo.keys import ensure_call_keys
from aiops.demo.lanes import plan_releases
from aiops.demo.plan import DAYS, Moment, asks, plan
from aiops.demo.quality import judge_changes, measure_confidence
from aiops.demo.readiness import speak
from aiops.demo.staff import Ensured, staff_aside
from aiops.demo.stage import Stage
from aiops.demo.story import CHANGES
from tenants import audit
from tenants.actors import SYSTEM
from tenants.models import OPERATOR, AuditEntry, Role, Tenant
from tenants.scope import ALL, scope
from tenants.services import declare_tenant

_BEGUN, _LOADED = "demo.begun", "demo.loaded"

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What a person and a program need to try things out; goes into run.json."""

    keys: Mapping[str, str]
    passwords: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        features = [feature.slug for feature in FEATURES]
        return {
            "model": SMALL,
            "tenants": [{"slug": slug, "key": key, "features": features} for slug, key in self.keys.items()],
            "logins": {
                str(person.role): {"email": person.email, "password": self.passwords[person.role]} for person in STAFF
            },
        }


def is_there() -> bool:
    """The demo, or a part of it, from this start or an earlier one."""
    with scope(ALL):
        return AuditEntry.objects.filter(tenant__slug=OPERATOR, action__in=[_BEGUN, _LOADED]).exists()


def follow_simulator(environ: Mapping[str, str], *, at: datetime) -> None:
    """Its address is another each time; calls of the demo's models go on, whether a start asks for the demo or not."""
    with scope(ALL):
        apply(simulator(environ), by=SYSTEM, at=at)


def load(kept: Kept, environ: Mapping[str, str], *, at: datetime, say: Say) -> Demo:
    """Commits as it goes; call it outside of any transaction."""
    is_loaded = _is_loaded()
    if not is_loaded:
        # Here rather than in the transaction that needs it first, which may not idle so long on a busy machine.
        import_module("costs.catalogue")
    with staff_aside(kept) as staff:
        with scope(ALL):
            if not is_loaded:
                _declare_tenants()
            # What was changed since the first start stays; only the simulator's address is another each time.
            apply(simulator(environ) if is_loaded else of_the_demo(environ), by=SYSTEM, at=at)
            tenants = _tenants()
            keys = ensure_call_keys(kept, tenants)
        say(f"{len(tenants)} tenants and their keys")
        if not is_loaded:
            _load_months(keys, staff, at=at, say=say)
    say(f"{len(STAFF)} people")
    return Demo(keys, staff.passwords)


def _declare_tenants() -> None:
    """Beforehand, as a file of declarations cannot say an id."""
    for each in TENANTS:
        declare_tenant(each.slug, name=each.name, plan=each.plan, domain=each.domain, id=each.id, by=SYSTEM)


def _tenants() -> dict[str, Tenant]:
    """By slug, in the order of the cast: programs take the first two."""
    slugs = [each.slug for each in TENANTS]
    found = {tenant.slug: tenant for tenant in Tenant.objects.filter(slug__in=slugs)}
    return {slug: found[slug] for slug in slugs}


def _load_months(keys: Mapping[str, str], staff: Ensured, *, at: datetime, say: Say) -> None:
    until = _begin(at)
    say(f"{_play(keys, staff, until)} calls of {DAYS} days")
    engineer, admin = staff.actor(Role.ENGINEER), staff.actor(Role.ADMIN)
    with scope(ALL):
        judge_changes(engineer=engineer, until=until)
        plan_releases(engineer=engineer, admin=admin, until=until)
        measure_confidence(engineer=engineer, until=until)
        prove(engineer=engineer, until=until)
    say(f"prompts with their suites, and {len(CHANGES)} changes to judge")
    speak(staff, until=until)
    _finish(until)


def _play(keys: Mapping[str, str], staff: Ensured, until: datetime) -> int:
    """How many calls are on record that were not; before what is past, they are."""
    moments, recorded = deque(plan(until)), 0
    with Stage(keys, until=until, days=DAYS) as stage:
        for event in events(staff, until):
            before = list(_taken(moments, event.at))
            if not event.is_past():
                recorded += stage.play(asks(before, until))
                event.happen()
        return recorded + stage.play(asks(moments, until))


def _taken(moments: deque[Moment], until: datetime) -> Iterator[Moment]:
    while moments and moments[0].at < until:
        yield moments.popleft()


def _is_loaded() -> bool:
    with scope(ALL):
        return AuditEntry.objects.filter(tenant__slug=OPERATOR, action=_LOADED).exists()


def _begin(at: datetime) -> datetime:
    """When the demo's month ends: of a load that broke off, its own end, so that the same calls come again."""
    with scope(ALL):
        begun = AuditEntry.objects.filter(tenant__slug=OPERATOR, action=_BEGUN).order_by("-seq").first()
        if begun is not None and begun.payload is not None:
            return datetime.fromisoformat(orjson.loads(begun.payload)["until"])
        _note(_BEGUN, at)
        return at


def _finish(until: datetime) -> None:
    with scope(ALL):
        _note(_LOADED, until)


def _note(action: str, until: datetime) -> None:
    operator = Tenant.objects.get(slug=OPERATOR)
    audit.append(operator.pk, actor=SYSTEM, action=action, object="demo data", payload={"until": until.isoformat()})
