import pytest
from pytest_django import Settings

from tenants.models import Tenant
from tests.cli.conftest import Aiops, printed
from tests.factories import make_key


@pytest.fixture(autouse=True)
def entry(acme: Tenant) -> None:
    make_key(acme)


def test_chains_that_hold_are_counted(aiops: Aiops, acme: Tenant) -> None:
    result = aiops("audit", "verify")
    assert result.exit_code == 0
    assert result.stdout.endswith(" entries in 2 chains: nothing was changed or removed.\n")
    one = aiops("audit", "verify", "--tenant", "acme").stdout
    assert one == "1 entry in 1 chain: nothing was changed or removed.\n"
    assert printed(aiops("audit", "verify", "--tenant", "acme", "--json"))["entries"] == 1


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_broken_chain_is_named_with_exit_code_1(
    aiops: Aiops, acme: Tenant, settings: Settings, options: tuple[str, ...]
) -> None:
    settings.AIOPS_AUDIT_KEY = "not the key that sealed them"
    result = aiops("audit", "verify", "--tenant", "acme", *options)
    assert result.exit_code == 1
    assert "acme" in result.stdout + result.stderr
    assert "it was changed after it was written" in result.stdout + result.stderr
