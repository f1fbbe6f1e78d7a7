"""Items 18 to 22: turning off, the runbook, going back, swapping a model, a customer's system."""

from django.urls import reverse

from aiops.lib import figures
from integrations.faults import Health
from killswitch.models import Stop
from readiness.checks import proofs
from readiness.checks.attested import attested
from readiness.evidence import Evidence, Proof, met, not_measured, not_met
from readiness.facts import Facts
from readiness.facts.duty import LastChange
from readiness.wording import counted
from tenants.models import Feature


def kill_switch(facts: Facts, feature: Feature) -> Evidence:
    held, last = facts.supporters, facts.last_change
    switches = Proof("Switches", reverse("killswitch:switch-list"))
    if not held:
        return not_met("Nobody holds the support role.", switches)
    who = counted(held, "person holds,people hold")
    if last is None:
        return not_measured(f"{who} the support role; nothing was ever turned off, not in a drill either.", switches)
    return _confirmed(f"{who} the support role", last)


def _page_of(stop: Stop) -> str:
    tenant = stop.tenant
    if tenant is None or tenant.is_operator:
        return reverse("killswitch:switch-list")
    return reverse("killswitch:switch-detail", args=[tenant.slug])


def _confirmed(who: str, last: LastChange) -> Evidence:
    event, found = last.event, last.confirmations
    proof = Proof(f"Switch of {event.stop.what}", _page_of(event.stop))
    if not found.total:
        return not_measured(f"{who}; no gateway runs that could confirm the last change.", proof, as_of=event.at)
    if not found.complete:
        told = f"only {found.confirmed:,} of {counted(found.total, 'process,processes')} confirmed the last change"
        return not_met(f"{who}; {told}.", proof, as_of=event.at)
    speed = "" if found.seconds is None else f" within {found.seconds:.1f} s"
    whole = "the one process" if found.total == 1 else f"all {found.total:,} processes"
    return met(f"{who}; {whole} confirmed the last change{speed}.", proof, as_of=event.at)


def runbook(facts: Facts, feature: Feature) -> Evidence:
    return attested(19, facts, feature)


def rollback(facts: Facts, feature: Feature) -> Evidence:
    mine, versions = facts.prompts(feature), facts.traffic(feature).versions or {}
    calls, bare = sum(versions.values()), versions.get("", 0)
    prompts = [Proof(each.name, reverse("prompts:prompt-detail", args=[each.name])) for each in mine.prompts]
    if bare:
        share = figures.percent(bare / calls)
        return not_met(f"{share} of {counted(calls, 'call,calls')} in 7 days bring a text of their own.", *prompts)
    if not mine.live:
        return not_measured("No version of a prompt of this feature is live.", *prompts)
    newest = max(mine.rollbacks, key=lambda release: release.made_at, default=None)
    if newest is None:
        return not_measured("What is live comes from versions; none was rolled back yet, nor in a drill.", *prompts)
    told = f"{newest.prompt} was rolled back to {newest.version} in {newest.environment}"
    return met(f"What is live comes from versions; {told}.", *prompts, as_of=newest.made_at)


def model_swap(facts: Facts, feature: Feature) -> Evidence:
    return attested(21, facts, feature)


def integration(facts: Facts, feature: Feature) -> Evidence:
    """Its test asks the system who the key is, which is a read."""
    if not facts.connections:
        return not_measured("No customer's system is connected.")
    writes, tests = facts.writes(feature), proofs.connections()
    mine = [each for each in facts.connections if each.pk in writes.connections]
    read_at = max((each.checked_at for each in mine if each.checked_at and each.health == Health.OK), default=None)
    if writes.last_done_at is None:
        told = counted(len(facts.connections), "system is,systems are")
        return not_met(f"{told} connected, and the feature wrote to none in 30 days.", tests)
    if read_at is None:
        return not_met("The feature wrote, and no connection that it used passed its last test.", tests)
    told = ", ".join(f"{each.name} of {each.tenant}" for each in mine[:3])
    return met(f"Read and written: {told}.", tests, proofs.writes(), as_of=min(read_at, writes.last_done_at))
