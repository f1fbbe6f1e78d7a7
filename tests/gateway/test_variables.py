"""Which variables of the environment may be sent to a provider."""

import pytest

from gateway import variables


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "ACME_AI_KEY", "MISTRAL_SECRET_KEY", "MY_DATABASE_KEY"])
def test_a_variable_of_the_operators_own_may_hold_a_key(name: str) -> None:
    assert variables.fault_of(name) is None


@pytest.mark.parametrize(
    "name", ["GITHUB_TOKEN", "PATH", "DEPLOY_SSH_KEY", "AWS_SECRET_ACCESS_KEY", "SIGNING_PRIVATE_KEY", "KEY", ""]
)
def test_what_is_not_named_as_a_providers_key_is_sent_to_nobody(name: str) -> None:
    assert "_API_KEY" in str(variables.fault_of(name))


@pytest.mark.parametrize("end", ["", "_FILE"])
@pytest.mark.parametrize(
    "name",
    ["AIOPS_KEYRING", "AIOPS_AUDIT_KEY", "aiops_user_key", "SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER", "REDIS_URL"],
)
def test_what_this_product_lives_by_is_sent_to_nobody(name: str, end: str) -> None:
    fault = variables.fault_of(name + end)
    assert fault is not None
    assert name in fault
