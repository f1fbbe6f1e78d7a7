"""Items 7 to 10: tags, ceilings, alerts, caching."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from aiops.lib import figures
from costs.models import Budget
from readiness.checks import proofs
from readiness.evidence import Evidence, met, not_measured, not_met
from readiness.facts import Facts
from readiness.wording import counted
from tenants.models import Feature

# Of the input tokens. Less is a cache that was hit by chance.
LEAST_CACHED: Final = Decimal("0.05")
NO_CALLS: Final = "The feature made no call in the last 30 days."


def tags(facts: Facts, feature: Feature) -> Evidence:
    traffic = facts.traffic(feature)
    if not traffic.calls:
        return not_measured(NO_CALLS)
    told = f"100% of {counted(traffic.calls, 'call,calls')} in 30 days name feature, tenant and user"
    why = "the gateway refuses what lacks one"
    return met(f"{told}: {why}.", proofs.calls(feature), as_of=traffic.last_at)


def ceilings(facts: Facts, feature: Feature) -> Evidence:
    """Of a call the worst case is reserved in every hard budget over it, before a provider is asked."""
    hard = [each for each in facts.budgets(feature) if each.is_hard]
    if not hard:
        return not_met("No hard budget is over the feature: nothing refuses a call for what it would cost.")
    told = f"What would pass {_named(hard)} is refused before a provider is asked"
    return met(f"{told}; sessions have no ceiling of their own.", proofs.spend(feature))


def alerts(facts: Facts, feature: Feature) -> Evidence:
    budgets = facts.budgets(feature)
    if not budgets:
        return not_met("No budget covers the feature.", proofs.spend(feature, "Spend this month"))
    told = counted(len(budgets), "budget covers,budgets cover")
    proof = proofs.audit("budget.created", "Budgets set")
    alerts = [facts.alerts[each.pk] for each in budgets if each.pk in facts.alerts]
    if not alerts:
        return not_measured(f"{told} the feature, and no alert was ever sent.", proof)
    last = max(alerts, key=lambda alert: alert.at)
    said = f"the last alert said that {last.threshold}% of {last.budget} was used up"
    return met(f"{told} the feature; {said}.", proof, as_of=last.at)


def _named(budgets: Sequence[Budget]) -> str:
    return ", ".join(str(each) for each in budgets)


def caching(facts: Facts, feature: Feature) -> Evidence:
    traffic = facts.traffic(feature)
    if not traffic.calls:
        return not_measured(NO_CALLS)
    able = [each for each in traffic.served if each.input_tokens and facts.has_cached_price(each)]
    tokens = sum(each.input_tokens for each in able)
    if not tokens:
        return not_measured("No model that it asks has a price for cached input, so none is known to cache.")
    share = Decimal(sum(each.cached_tokens for each in able)) / tokens
    told = f"{figures.percent(share)} of {figures.count(tokens)} input tokens in 30 days came from a cache"
    if share < LEAST_CACHED:
        return not_met(f"{told}; at least {figures.percent(LEAST_CACHED)} is asked.", proofs.spend(feature))
    return met(f"{told}.", proofs.spend(feature), as_of=traffic.last_at)
