"""Loading the demo: safe to repeat, and one that broke off half-way is completed with the same calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import orjson

from aiops.declare.applying import apply
from aiops.demo.cast import CALLED, CHANGES, FEATURES, LIFTED_STOP, SMALL, STAFF, STOPS, TENANTS, PlayedStop
from aiops.demo.declarations import of_the_demo, simulator
from aiops.demo.history import DAYS, Pause, Price, Scene, history
from aiops.demo.kept import Kept
from aiops.demo.keys import ensure_call_keys
from aiops.demo.quality import judge_changes, release_prompts
from aiops.demo.staff import Ensured, staff_aside
from costs.models import PriceVersion
from costs.prices import price_in_force
from costs.recording import record
from gateway.models import Model
from killswitch import services as switches
from killswitch.models import Stop
from prompts.models import PromptVersion
from tenants import audit
from tenants.actors import SYSTEM, Actor
from tenants.models import OPERATOR, AuditEntry, Feature, Role, Tenant
from tenants.scope import ALL, scope

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
            # What was changed since the first start stays; only the simulator's address is another each time.
            apply(simulator(environ) if is_loaded else of_the_demo(environ), by=SYSTEM, at=at)
            tenants = _tenants()
            keys = ensure_call_keys(kept, tenants)
        say(f"{len(tenants)} tenants and their keys")
        if not is_loaded:
            _load_month(tenants, staff, at=at, say=say)
    say(f"{len(STAFF)} people")
    return Demo(keys, staff.passwords)


def _tenants() -> dict[str, Tenant]:
    """By slug, in the order of the cast: programs take the first two."""
    slugs = [each.slug for each in TENANTS]
    found = {tenant.slug: tenant for tenant in Tenant.objects.filter(slug__in=slugs)}
    return {slug: found[slug] for slug in slugs}


def _load_month(tenants: Mapping[str, Tenant], staff: Ensured, *, at: datetime, say: Say) -> None:
    until, support = _begin(at), staff.actor(Role.SUPPORT)
    engineer, admin = staff.actor(Role.ENGINEER), staff.actor(Role.ADMIN)
    with scope(ALL):
        live = release_prompts(engineer=engineer, admin=admin, until=until)
    with scope(ALL):
        scene = _set_scene(tenants, live, support, until)
    say(f"{record(history(scene), at=at)} calls of {DAYS} days")
    with scope(ALL):
        judge_changes(live, engineer=engineer, until=until)
    say(f"{len(live)} prompts with their suites, and {len(CHANGES)} changes to judge")
    _finish(until)


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


def _set_scene(tenants: Mapping[str, Tenant], live: Mapping[str, PromptVersion], by: Actor, until: datetime) -> Scene:
    features = {feature.slug: feature for feature in Feature.objects.all()}
    made = {played: _ensure_stop(played, tenants, features, by, until) for played in (LIFTED_STOP, *STOPS)}
    return Scene(
        tenants={slug: tenant.pk for slug, tenant in tenants.items()},
        features={slug: feature.pk for slug, feature in features.items()},
        prices=_prices(until),
        stops={
            (played.tenant, played.feature): Pause(made[played].pk, played.since(until), played.reason)
            for played in STOPS
        },
        prompts={feature: live[prompt].hash for feature, prompt in CALLED.items()},
        until=until,
    )


def _ensure_stop(
    played: PlayedStop, tenants: Mapping[str, Tenant], features: Mapping[str, Feature], by: Actor, until: datetime
) -> Stop:
    """Made once, whatever became of it since."""
    tenant, feature = tenants[played.tenant], features[played.feature] if played.feature else None
    before = Stop.objects.of(tenant).filter(feature=feature).order_by("id").first()
    if before is not None:
        return before
    at, reason = played.since(until), Stop.Reason(played.reason)
    stop = switches.stop(
        tenant=tenant, feature=feature, reason=reason, note=played.note, blast_radius={}, by=by, at=at
    ).stop
    if played is LIFTED_STOP:
        switches.lift(stop, by=by, note="It was their own network.", at=at + timedelta(minutes=34))
    return stop


def _prices(at: datetime) -> dict[str, Price]:
    models = Model.objects.filter(provider__simulated=True).select_related("provider")
    found = {model.slug: price_in_force(model.provider.pricing_provider, model.upstream, at=at) for model in models}
    return {slug: _price(version) for slug, version in found.items() if version is not None}


def _price(version: PriceVersion) -> Price:
    return Price(version.pk, version.as_price_list())
