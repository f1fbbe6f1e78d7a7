"""Items 11 to 14: retries, fallback, being off in plain sight, writes that are made once."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse

from readiness.checks import proofs
from readiness.checks.costs import NO_CALLS
from readiness.evidence import Evidence, Proof, met, not_measured, not_met
from readiness.facts import Facts
from readiness.facts.routes import Route
from readiness.facts.secondaries import Secondary
from readiness.facts.traffic import Traffic
from readiness.wording import counted
from tenants.models import Feature

# Of LedgerEntry.
_CONSTRAINT: Final = "one_write_a_key"
_BACK_OFF: Final = "with a wait that doubles, and jitter"


def retries(facts: Facts, feature: Feature) -> Evidence:
    routes = facts.routes(feature)
    if not routes:
        return not_measured(NO_CALLS)
    once = [route for route in routes if not route.is_retried]
    if once:
        return not_met(f"Asked once and never again: {_names(once)}.", _declared(once))
    return met(f"{_names(routes)}: asked again {_BACK_OFF}.", _declared(routes))


def fallback(facts: Facts, feature: Feature) -> Evidence:
    routes, traffic = facts.routes(feature), facts.traffic(feature)
    if not routes:
        return not_measured(NO_CALLS)
    single = [route for route in routes if not route.has_secondary]
    if single:
        return not_met(f"No second model: {_names(single)}.", _declared(single))
    behind = [(route, found) for route in routes if (found := facts.secondary(route.name))]
    unproven = [(route, found) for route, found in behind if found.parity.lacks]
    if unproven:
        said = "; ".join(f"chain {route.name}: {found.parity.lacks}" for route, found in unproven)
        is_worse = any(found.is_worse for _, found in unproven)
        return (not_met if is_worse else not_measured)(f"{said}.", *(_chain(route) for route, _ in unproven))
    failed = [(route, found.drill) for route, found in behind if found.drill and not found.drill.passed]
    if failed:
        said = "; ".join(
            f"the last drill of chain {route.name} did not pass: {drill.trouble}" for route, drill in failed
        )
        return not_met(f"{said[:1].upper()}{said[1:]}", *(_chain(route) for route, _ in failed))
    return _stepped_in(routes, behind, traffic, feature)


def _stepped_in(
    routes: Sequence[Route], behind: Sequence[tuple[Route, Secondary]], traffic: Traffic, feature: Feature
) -> Evidence:
    """Proven on paper; that one really answers is shown by a drill, or by a call that fell back."""
    drilled = [found.drill.finished_at for _, found in behind if found.drill and found.drill.finished_at]
    if drilled and len(drilled) == len(routes):
        told = f"{_names(routes)}: a second model holds what the first reaches, and answered in a drill"
        return met(f"{told}.", *(_chain(route) for route in routes), as_of=min(drilled))
    # At least so many: a call that fell back and failed as well counts as both.
    answered = sum(max(0, each.fallbacks - each.errors) for each in traffic.served)
    if not answered:
        told = "has a second model" if len(routes) == 1 else "have second models"
        said = f"{_names(routes)} {told}, which had to answer nothing in 30 days; no drill was held with these models."
        return not_measured(said, *(_chain(route) for route in routes if route.is_chain))
    told = f"At least {counted(answered, 'call was,calls were')} answered by a second model in 30 days"
    return met(f"{told}: {_names(routes)}.", proofs.spend(feature), as_of=traffic.last_at)


def degradation(facts: Facts, feature: Feature) -> Evidence:
    traffic = facts.traffic(feature)
    stopped = traffic.total("stopped")
    if not stopped:
        return not_measured("No call met a stop or a drill in 30 days, so the message for users was not shown.")
    told = f"{counted(stopped, 'call,calls')} in 30 days met a stop and got its message, not a fault"
    return met(f"{told}.", proofs.audit("stop.made", "Stops"), as_of=traffic.last_stopped_at)


def idempotency(facts: Facts, feature: Feature) -> Evidence:
    writes = facts.writes(feature)
    if not writes.count:
        return not_measured("The feature wrote nothing to a customer's system in 30 days.")
    told = f"{counted(writes.count, 'write,writes')} in 30 days"
    if writes.keyed < writes.count:
        return not_met(
            f"{told}, of which {writes.count - writes.keyed:,} without a key.", proofs.writes(), as_of=writes.last_at
        )
    why = f"a write is kept before it is sent, and the database takes a key once a tenant ({_CONSTRAINT})"
    return met(f"{told}, each with a key of its own: {why}.", proofs.writes(), as_of=writes.last_at)


def _names(routes: Sequence[Route]) -> str:
    return ", ".join(f"chain {route.name}" if route.is_chain else route.name for route in routes)


def _chain(route: Route) -> Proof:
    return Proof(f"Chain {route.name}", reverse("gateway:chain-detail", args=[route.name]))


def _declared(routes: Sequence[Route]) -> Proof:
    kind = "chain" if any(route.is_chain for route in routes) else "model"
    return Proof("What was declared", reverse("tenants:audit-list", query={"q": f"{kind}."}))
