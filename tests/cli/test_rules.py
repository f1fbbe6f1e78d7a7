from datetime import datetime

import pytest

from killswitch.models import Rule
from tenants.models import Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.killswitch.rules.factories import BAD, World, a_rule


@pytest.fixture(autouse=True)
def rule(operator: Tenant, now: datetime) -> Rule:
    return a_rule("model-fails", at=now)


def test_rules_are_listed(aiops: Aiops) -> None:
    result = aiops("rules", "list")
    assert (result.exit_code, "model-fails" in result.stdout, "10 ×" in result.stdout) == (0, True, True)
    assert len(printed(aiops("rules", "list", "--json"))) == 8


def test_a_rule_goes_live_by_two_keys_and_back(aiops: Aiops, as_role: As) -> None:
    assert (
        "A second person or key agrees: aiops rules approve model-fails"
        in aiops("rules", "propose", "model-fails").stdout
    )
    refused = aiops("rules", "approve", "model-fails")
    assert (refused.exit_code, "a second person has to agree" in refused.stderr) == (1, True)
    as_role(Role.ENGINEER)
    assert "Model fails is live" in aiops("rules", "approve", "model-fails").stdout
    assert "Model fails is in shadow" in aiops("rules", "shadow", "model-fails").stdout
    assert "Model fails is off" in aiops("rules", "off", "model-fails").stdout


def test_one_rule_tells_what_it_would_have_done(aiops: Aiops, now: datetime) -> None:
    assert "It has never tripped." in aiops("rules", "show", "model-fails").stdout
    World(now).look(BAD, BAD)
    shown = aiops("rules", "show", "model-fails").stdout
    assert "gpt-4o: off since" in shown
    assert "38 of 40 calls failed within 30 s, of 8 callers" in shown
    assert printed(aiops("rules", "show", "model-fails", "--json"))["trips"][0]["shadow"] is True


def test_who_may_not_is_told_so(aiops: Aiops, as_role: As) -> None:
    as_role(Role.SUPPORT)
    result = aiops("rules", "propose", "model-fails")
    assert (result.exit_code, "This token may not do that" in result.stderr) == (1, True)
