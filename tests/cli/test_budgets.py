import pytest

from costs.models import Budget
from tenants.models import Feature, Role, Tenant
from tests.cli.conftest import Aiops, As, printed


def test_a_budget_is_set_shown_and_removed(aiops: Aiops, acme: Tenant, answers: Feature) -> None:
    made = aiops("budget", "set", "250", "--tenant", "acme", "--feature", "answers", "--hard")
    assert made.stdout == "acme/answers: $250 a month, $0 spent. Calls that could pass it are refused.\n"
    listed = aiops("budget", "list")
    assert "acme/answers" in listed.stdout
    assert "hard" in listed.stdout
    removed = aiops("budget", "remove", "--tenant", "acme", "--feature", "answers")
    assert removed.stdout == "Removed: acme/answers, $250 a month.\n"
    assert "No budget is set." in aiops("budget", "list").stdout


def test_without_tenant_it_is_over_everything(aiops: Aiops, operator: Tenant) -> None:
    made = aiops("budget", "set", "9.50", "--period", "total")
    assert made.stdout == "everything: $9.5 in total, $0 spent. It tells, and refuses nothing.\n"


def test_json_tells_the_whole_of_it(aiops: Aiops, acme: Tenant) -> None:
    made = printed(aiops("budget", "set", "1", "--tenant", "acme", "--json"))
    assert (made["tenant"], made["kind"], made["amount_usd"]) == ("acme", "soft", "1")
    assert [each["id"] for each in printed(aiops("budget", "list", "--json"))] == [made["id"]]
    assert printed(aiops("budget", "remove", "--tenant", "acme", "--json"))["id"] == made["id"]


def test_it_stays_of_its_kind_unless_told(aiops: Aiops, acme: Tenant) -> None:
    aiops("budget", "set", "1", "--tenant", "acme", "--hard")
    aiops("budget", "set", "2", "--tenant", "acme")
    assert Budget.objects.get().kind == "hard"
    aiops("budget", "set", "2", "--tenant", "acme", "--soft")
    assert Budget.objects.get().kind == "soft"


def test_what_is_not_there_is_not_removed(aiops: Aiops, acme: Tenant) -> None:
    result = aiops("budget", "remove", "--tenant", "acme")
    assert result.exit_code == 1
    assert "There is no budget of this scope and period." in result.stderr


@pytest.mark.parametrize("words", [("set", "much"), ("set", "0"), ("set", "1", "--tenant", "nobody")])
def test_what_cannot_be_is_refused(aiops: Aiops, acme: Tenant, words: tuple[str, ...]) -> None:
    assert aiops("budget", *words).exit_code == 1
    assert not Budget.objects.exists()


def test_support_may_look_only(aiops: Aiops, as_role: As, acme: Tenant) -> None:
    as_role(Role.SUPPORT)
    assert aiops("budget", "list").exit_code == 0
    assert aiops("budget", "set", "1", "--tenant", "acme").exit_code == 1
