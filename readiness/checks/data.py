"""Items 1 to 3: whose rights data is reached with, what is redacted, how long it is kept."""

from readiness.evidence import Evidence, not_measured
from readiness.facts import Facts
from tenants.models import Feature


def tenants_rights(facts: Facts, feature: Feature) -> Evidence:
    return not_measured("No customer's system is connected through the console, so nobody's rights could be tried.")


def redaction(facts: Facts, feature: Feature) -> Evidence:
    return not_measured("This version redacts nothing, so there is no recall to measure and no sample to scan.")


def retention(facts: Facts, feature: Feature) -> Evidence:
    return not_measured("This version has no retention rule to set, so there is none to hold the rows against.")
