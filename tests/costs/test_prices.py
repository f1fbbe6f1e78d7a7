import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from costs import catalogue, prices
from costs.models import PriceVersion
from costs.pricing import PriceList
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Tenant
from tests.costs.factories import NOW
from tests.costs.faults import ROOT

CHEAP, DEAR = PriceList.parse({"input": "1", "output": "2"}), PriceList.parse({"input": "10", "output": "20"})
LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("operator")


def test_the_catalogues_prices_come_with_the_days_they_began() -> None:
    imported = catalogue.import_catalogue([("openai", "o3"), ("openai", "gpt-4o-mini")], by=SYSTEM, at=NOW)
    assert imported.unknown == {}
    assert [(row.model, row.valid_from.year) for row in imported.made] == [
        ("gpt-4o-mini", 2020),
        ("o3", 2020),
        ("o3", 2025),
    ]
    before = prices.price_in_force("openai", "o3", at=datetime(2025, 6, 9, tzinfo=UTC))
    now = prices.price_in_force("openai", "o3", at=NOW)
    assert before is not None
    assert now is not None
    assert (before.prices["input"], now.prices["input"]) == ("10", "2")
    assert now.source.startswith("genai-prices ")


def test_importing_again_changes_nothing() -> None:
    pairs = [("openai", "o3"), ("openai", "o3")]
    catalogue.import_catalogue(pairs, by=SYSTEM, at=NOW)
    assert catalogue.import_catalogue(pairs, by=SYSTEM, at=LATER).made == []
    assert PriceVersion.objects.count() == 2
    assert AuditEntry.objects.filter(action="price.imported").count() == 1


def test_what_the_catalogue_can_not_say_stays_without_a_price() -> None:
    pairs = [("nobody", "nothing"), ("groq", "whisper-large-v3"), ("deepseek", "deepseek-chat")]
    imported = catalogue.import_catalogue(pairs, by=SYSTEM, at=NOW)
    assert imported.made == []
    assert imported.unknown["nobody", "nothing"] == "the catalogue has no nobody/nothing"
    assert "does not apply to tokens" in imported.unknown["groq", "whisper-large-v3"]
    assert "by the hour of the day" in imported.unknown["deepseek", "deepseek-chat"]
    assert prices.price_in_force("deepseek", "deepseek-chat", at=NOW) is None
    assert not AuditEntry.objects.filter(action="price.imported").exists()


def test_a_declared_price_wins_over_the_catalogues_from_then_on() -> None:
    catalogue.import_catalogue([("openai", "gpt-4o-mini")], by=SYSTEM, at=NOW)
    declared = prices.declare_price("openai", "gpt-4o-mini", CHEAP, by=SYSTEM, at=NOW)
    assert declared.outcome == "changed"
    assert prices.price_in_force("openai", "gpt-4o-mini", at=LATER) == declared.row
    earlier = prices.price_in_force("openai", "gpt-4o-mini", at=NOW - timedelta(seconds=1))
    assert earlier is not None
    assert earlier.source == catalogue.SOURCE


def test_declaring_what_is_declared_changes_nothing() -> None:
    outcomes = [
        prices.declare_price("own", "m", each, by=SYSTEM, at=NOW + timedelta(minutes=minute)).outcome
        for minute, each in enumerate([CHEAP, CHEAP, DEAR, CHEAP])
    ]
    assert outcomes == ["created", "unchanged", "changed", "changed"]
    assert AuditEntry.objects.filter(action="price.declared").count() == 3


def test_declaring_is_audited_with_what_was_before(by_support: Actor, operator: Tenant) -> None:
    prices.declare_price("own", "m", CHEAP, by=SYSTEM, at=NOW)
    prices.declare_price("own", "m", DEAR, by=by_support, at=LATER)
    entry = AuditEntry.objects.filter(action="price.declared").latest("seq")
    assert (entry.tenant_id, entry.actor_label, entry.object) == (operator.pk, by_support.label, "own/m")
    assert '"before":{"prices":{"input":"1","output":"2"}}' in (entry.payload or "")


def test_prices_rank_as_they_win() -> None:
    catalogue.import_catalogue([("openai", "o3")], by=SYSTEM, at=NOW)
    prices.declare_price("openai", "o3", CHEAP, by=SYSTEM, at=NOW)
    prices.declare_price("openai", "o3", DEAR, by=SYSTEM, at=LATER)
    assert [(row.source, row.prices["input"]) for row in PriceVersion.objects.by_rank()] == [
        ("declared", "10"),
        ("declared", "1"),
        (catalogue.SOURCE, "2"),
        (catalogue.SOURCE, "10"),
    ]


IMPORTS = """
import django
django.setup()
import costs.journal, costs.recorder.loop, costs.prices, costs.usage, costs.reports, sys
print("genai_prices" in sys.modules)
"""


def test_the_catalogue_is_not_loaded_by_what_a_gateway_or_the_recorder_imports() -> None:
    assert subprocess.check_output([sys.executable, "-c", IMPORTS], cwd=ROOT, text=True) == "False\n"


def test_prices_are_never_changed_or_removed() -> None:
    version = prices.declare_price("own", "m", CHEAP, by=SYSTEM, at=NOW).row
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        PriceVersion.objects.filter(pk=version.pk).update(prices=DEAR.as_json())
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        PriceVersion.objects.filter(pk=version.pk).delete()


def test_the_same_content_twice_is_refused() -> None:
    made = prices.declare_price("own", "m", CHEAP, by=SYSTEM, at=NOW).row
    with pytest.raises(IntegrityError, match="one_version_a_content"), transaction.atomic():
        prices.make_version("own", "m", made.prices, valid_from=NOW, source="declared", at=LATER)
