"""Items 1 to 3: whose rights data is reached with, what is redacted, how long it is kept."""

from typing import Final

from integrations.faults import Health
from readiness.checks import proofs
from readiness.evidence import Evidence, met, not_measured, not_met
from readiness.facts import Facts
from readiness.wording import counted
from tenants.models import Feature

_TOLD: Final = 3


def tenants_rights(facts: Facts, feature: Feature) -> Evidence:
    """Of the connections that it wrote through; of one that never wrote, of all."""
    mine = facts.writes(feature).connections
    asked = [each for each in facts.connections if not mine or each.pk in mine]
    if not asked:
        return not_measured("No customer's system is connected, so nobody's rights could be tried.")
    tests = proofs.connections()
    untried = [each for each in asked if each.checked_at is None or each.health == Health.UNKNOWN]
    wrong = [each for each in asked if each not in untried and each.health != Health.OK]
    if wrong:
        said = "; ".join(f"{each.name} of {each.tenant}: {each.health_says}" for each in wrong[:_TOLD])
        return not_met(said, tests, as_of=max(each.checked_at for each in wrong if each.checked_at))
    if untried:
        told = counted(len(untried), "connection was,connections were")
        return not_measured(f"{told} never tried: nobody knows with whose rights it asks.", tests)
    oldest = min(each.checked_at for each in asked if each.checked_at)
    told = counted(len(asked), "connection acts,connections act")
    return met(f"{told} as the user that the tenant named.", tests, as_of=oldest)


def redaction(facts: Facts, feature: Feature) -> Evidence:
    return not_measured("This version redacts nothing, so there is no recall to measure and no sample to scan.")


def retention(facts: Facts, feature: Feature) -> Evidence:
    return not_measured("This version has no retention rule to set, so there is none to hold the rows against.")
