"""Items 15 to 17: complete records, sealed changes, fresh numbers."""

from django.urls import reverse

from aiops.lib import figures
from readiness.checks import proofs
from readiness.checks.costs import NO_CALLS
from readiness.evidence import Evidence, Proof, met, not_measured, not_met
from readiness.facts import Facts
from readiness.wording import counted
from tenants.models import Feature


def traces(facts: Facts, feature: Feature) -> Evidence:
    traffic = facts.traffic(feature)
    if not traffic.calls:
        return not_measured(NO_CALLS)
    share = figures.percent(traffic.total("timed") / traffic.calls)
    told = f"Model, tokens and latency are kept of {share} of {counted(traffic.calls, 'call,calls')}"
    return not_met(
        f"{told}; texts are not kept, nor the confidence of every answer.", proofs.calls(feature), as_of=traffic.last_at
    )


def audit_log(facts: Facts, feature: Feature) -> Evidence:
    verified, proof = facts.verified, Proof("Audit log", reverse("tenants:audit-list"))
    if verified is None:
        return not_measured("The chains were not walked yet: the first walk comes within ten minutes.", proof)
    if verified.fault:
        return not_met(f"{verified.fault}.", proof, as_of=verified.verified_at)
    told = f"{counted(verified.entries, 'entry,entries')} in {counted(verified.chains, 'chain,chains')}"
    return met(f"{told}: nothing was changed or removed.", proof, as_of=verified.verified_at)


def dashboard(facts: Facts, feature: Feature) -> Evidence:
    traffic, judged = facts.traffic(feature), facts.judged(feature)
    if not traffic.calls:
        return not_measured(NO_CALLS)
    known = {
        "cost": traffic.calls > traffic.total("unpriced"),
        "latency": traffic.total("timed") > 0,
        "error rate": True,
        "eval pass rate": judged.measured is not None,
    }
    shown = [proofs.spend(feature, "Cost and errors")]
    if judged.measured is not None:
        shown.append(Proof("Eval pass rate", reverse("evals:run-detail", args=[judged.measured.pk])))
    if lacking := [name for name, is_known in known.items() if not is_known]:
        return not_met(f"Without data: {', '.join(lacking)}.", *shown, as_of=traffic.last_at)
    oldest = min(filter(None, (traffic.last_at, judged.measured_at)))
    return met("Cost, latency, error rate and eval pass rate all have data.", *shown, as_of=oldest)
