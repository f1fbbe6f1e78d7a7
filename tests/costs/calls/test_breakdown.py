"""How many calls there are of what."""

from typing import Any

import pytest
from django.test import Client

from costs.records import Outcome
from costs.reports.calls import few
from tenants.models import Feature, Tenant
from tests.costs.calls.asking import CALLS, text
from tests.costs.calls.conftest import Make
from tests.costs.factories import GROUNDING


def counted(page: Client, **query: Any) -> dict[str, list[tuple[str, int]]]:
    found = page.get(CALLS, {"facets": "yes", **query}).context["breakdown"]
    return {group.label: [(value.label, value.calls) for value in group.values] for group in found.groups}


def test_calls_are_counted_by_what_they_were_of(page: Client, make: Make, globex: Tenant, drafts: Feature) -> None:
    make(1), make(2, tenant=globex, environment="staging"), make(3, feature=drafts, outcome=Outcome.PROVIDER_ERROR)
    found = counted(page)
    assert found["Tenant"] == [("Acme Robotics", 2), ("Globex Shipping", 1)]
    assert found["Feature"][0][1] == 2
    assert found["Environment"] == [("production", 2), ("staging", 1)]
    assert found["How they ended"] == [("Errors", 1)]
    assert counted(page, tenant="globex")["Environment"] == [("staging", 1)]


def test_each_leads_to_those_alone_and_keeps_the_filters(page: Client, make: Make) -> None:
    make(1)
    found = page.get(CALLS, {"facets": "yes", "tenant": "acme"}).context["breakdown"]
    links = {value.label: value.url for group in found.groups for value in group.values}
    assert links["production"] == "?tenant=acme&facets=yes&environment=production"


def test_withheld_answers_are_counted_by_why(page: Client, make: Make) -> None:
    make(1, grounding=GROUNDING._replace(refusal="unverified"))
    make(2, grounding=GROUNDING._replace(refusal="low_confidence"), environment="staging", fallback=True)
    make(3, grounding=GROUNDING._replace(refusal="low_confidence"))
    make(4)
    found = counted(page, grounding="withheld")
    assert found["Withheld for"] == [("not sure enough", 2), ("quotes do not hold", 1)]
    assert found["Environment"] == [("production", 2), ("staging", 1)]
    assert found["How they ended"] == [("Fallback", 1)]
    assert counted(page, grounding="withheld", refusal="low_confidence")["Tenant"] == [("Acme Robotics", 2)]


def test_what_would_take_opening_many_calls_is_not_counted(
    page: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few, "MOST", 1)
    make(1), make(2)
    assert counted(page, user="ada@example.com") == {}
    assert "too many to count one by one" in text(page.get(CALLS, {"facets": "yes", "user": "ada@example.com"}))


def test_nothing_is_counted_unless_it_is_asked_for(page: Client, make: Make) -> None:
    make(1)
    assert page.get(CALLS).context["breakdown"] is None
