"""Items that a document shows and no data can: somebody's word, while it holds."""

from readiness.evidence import Evidence, Proof, State, not_met
from readiness.facts import Facts
from readiness.items import ITEMS
from readiness.models import Attestation
from tenants.models import Feature


def attested(number: int, facts: Facts, feature: Feature) -> Evidence:
    found = facts.words.attestation(number, feature.pk, on=facts.at.date())
    if found is None:
        return not_met(f"Nobody has attested it: it takes a document, and the word of {ITEMS[number].attesters_told}.")
    return _evidence(found, facts)


def _evidence(found: Attestation, facts: Facts) -> Evidence:
    document = Proof("Document", found.document_url)
    told = f"{found.by_label}, {found.role}: {found.statement}"
    if found.is_in_force(on=facts.at.date()):
        return Evidence(State.MET, told, found.at, (document,), found.expires_on)
    gone = f"{told} It counted until {found.expires_on:%-d %b %Y}."
    return Evidence(State.STALE, gone, found.at, (document,), found.expires_on)
