"""Items 23 to 26: agreements, sub-processors, the privacy policy, opting out."""

from dataclasses import replace

from readiness.checks import proofs
from readiness.checks.attested import attested
from readiness.evidence import Evidence, State, not_measured
from readiness.facts import Facts
from tenants.models import Feature


def agreements(facts: Facts, feature: Feature) -> Evidence:
    return _covering(23, "Asked without an agreement", facts, feature)


def sub_processors(facts: Facts, feature: Feature) -> Evidence:
    return _covering(24, "Asked and not on the list", facts, feature)


def privacy_policy(facts: Facts, feature: Feature) -> Evidence:
    return attested(25, facts, feature)


def opt_out(facts: Facts, feature: Feature) -> Evidence:
    return not_measured("This version has no switch with which a customer could opt out.")


def _covering(number: int, lacking: str, facts: Facts, feature: Feature) -> Evidence:
    """A word that covers every provider in traffic."""
    found = attested(number, facts, feature)
    word = facts.words.attestation(number, feature.pk, on=facts.at.date())
    if found.state is not State.MET or word is None:
        return found
    asked = facts.traffic(feature).real_providers
    if missing := [each for each in asked if each not in word.providers]:
        told = f"{lacking}: {', '.join(missing)}. The document covers {', '.join(word.providers) or 'none'}."
        shown = (*found.proofs, proofs.spend(feature))
        return replace(found, state=State.NOT_MET, sentence=told, proofs=shown, as_of=facts.traffic(feature).last_at)
    return found
