"""Items 7 to 10: tags, ceilings, alerts, caching."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from aiops.lib import figures
from costs.models import Budget
from readiness.checks import proofs
from readiness.evidence import Evidence, met, not_measured, not_met
from readiness.facts import Facts
from readiness.facts.covering import Cover
from readiness.wording import counted
from tenants.models import Feature

# Of the input tokens. Less is a cache that was hit by chance.
LEAST_CACHED: Final = Decimal("0.05")
_NO_SESSIONS: Final = "Missing: a ceiling of a session, which this version does not have."
_NOT_DELIVERED: Final = "Alerts are shown on Budgets; this version delivers them to nobody, so none was seen to arrive."
NO_CALLS: Final = "The feature made no call in the last 30 days."


def tags(facts: Facts, feature: Feature) -> Evidence:
    traffic = facts.traffic(feature)
    if not traffic.calls:
        return not_measured(NO_CALLS)
    told = f"{counted(traffic.calls, 'call,calls')} in 30 days"
    why = "the gateway refuses what lacks feature, tenant or user, and no record is kept without them"
    return met(
        f"{told}: {why}; how many it refused for that is not counted.", proofs.calls(feature), as_of=traffic.last_at
    )


def ceilings(facts: Facts, feature: Feature) -> Evidence:
    """Of a call the worst case is reserved in every hard budget over it, before a provider is asked."""
    cover = facts.cover(feature, hard=True)
    if cover.is_whole:
        told = f"What would pass {_named(cover.of_all)} is refused before a provider is asked"
        return not_met(f"{told}. {_NO_SESSIONS}", proofs.budgets())
    told = "No hard budget is over it: nothing refuses a call for what it would cost"
    if cover.tenants:
        told = f"Hard budgets are over {_part(cover)}: nothing refuses another tenant's for what they would cost"
    return not_met(f"{told}. {_NO_SESSIONS}", proofs.budgets())


def alerts(facts: Facts, feature: Feature) -> Evidence:
    """That somebody could look is no proof that anybody was told."""
    cover = facts.cover(feature)
    if cover.is_whole:
        told = f"{counted(len(cover.of_all), 'budget is,budgets are')} over the feature"
        return not_measured(f"{told}. {_NOT_DELIVERED}", proofs.budgets())
    told = f"Budgets are over {_part(cover)}, and over no others" if cover.tenants else "No budget is over the feature"
    return not_met(f"{told}.", proofs.budgets())


def _part(cover: Cover) -> str:
    tenants = f"{cover.tenants} of {counted(cover.all_tenants, 'tenant,tenants')} that called it in 30 days"
    return f"{tenants}, with {figures.percent(cover.share)} of its calls"


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
