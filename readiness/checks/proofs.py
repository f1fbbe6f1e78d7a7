"""Links that several checks give."""

from django.urls import reverse

from readiness.evidence import Proof
from tenants.models import Feature


def spend(feature: Feature, label: str = "Spend, 30 days") -> Proof:
    return Proof(label, reverse("costs:spend", query={"from": "now-29d/d", "to": "now", "feature": feature.slug}))


def budgets() -> Proof:
    return Proof("Budgets", reverse("costs:budget-list"))


def audit(action: str, label: str) -> Proof:
    return Proof(label, reverse("tenants:audit-list", query={"action": action}))


def calls(feature: Feature) -> Proof:
    return Proof("Calls", reverse("costs:call-list", query={"feature": feature.slug}))


def connections() -> Proof:
    return Proof("Connections", reverse("integrations:connection-list"))


def writes() -> Proof:
    return Proof("Ledger", reverse("integrations:write-list"))
