import pytest

from aiops.cli import keys as key_command
from aiops.cli import users as user_command
from tenants import keys
from tenants.models import ApiKey, Feature, Role, Tenant, User
from tenants.serializers import SERVICE_ROLES
from tests.cli.conftest import Aiops, As, printed

USER = ("user", "create", "--email", "ada@operator.example", "--role", "support")


def test_a_key_alone_is_on_stdout(aiops: Aiops, acme: Tenant) -> None:
    result = aiops("key", "create", "--tenant", "acme", "--name", "shop")
    text = keys.parse(result.stdout.strip())
    assert text is not None
    assert ApiKey.objects.get(pk=text.id).name == "shop"
    assert "not shown again" in result.stderr


def test_a_key_for_one_feature_and_environment(aiops: Aiops, acme: Tenant, answers: Feature) -> None:
    options = ("--feature", "answers", "--environment", "staging", "--expires", "90d")
    made = printed(aiops("key", "create", "--tenant", "acme", *options, "--json"))
    key = ApiKey.objects.get(pk=made["id"])
    assert (key.feature, key.environment, key.kind) == (answers, "staging", "call")
    assert key.expires_at is not None


def test_a_service_key_has_a_role(aiops: Aiops, operator: Tenant) -> None:
    made = printed(aiops("key", "create", "--service", "--role", "manager", "--json"))
    key = ApiKey.objects.get(pk=made["id"])
    assert (key.tenant, key.role, key.kind) == (operator, "manager", "service")
    assert made["key"].startswith("aiops_console_")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--service",),
        ("--tenant", "acme", "--service", "--role", "admin"),
        ("--tenant", "acme", "--role", "admin"),
        ("--service", "--role", "admin", "--feature", "answers"),
        ("--service", "--role", "tenant_admin"),
        ("--tenant", "acme", "--expires", "never"),
    ],
)
def test_a_key_of_no_kind_or_two_is_wrong_usage(aiops: Aiops, acme: Tenant, arguments: tuple[str, ...]) -> None:
    assert aiops("key", "create", *arguments).exit_code == 2


def test_a_person_gets_a_password_that_is_shown_once(aiops: Aiops, operator: Tenant) -> None:
    result = aiops(*USER, "--name", "Ada")
    user = User.objects.get(email="ada@operator.example")
    assert result.exit_code == 0
    assert user.check_password(result.stdout.strip())
    assert user.name == "Ada"


def test_in_json_the_made_password_is_told(aiops: Aiops, operator: Tenant) -> None:
    made = printed(aiops(*USER, "--json"))
    assert User.objects.get().check_password(made["password"])
    assert made["memberships"] == [{"tenant": "_operator", "role": "support"}]


def test_a_password_from_stdin_is_not_shown(aiops: Aiops, operator: Tenant) -> None:
    result = aiops(*USER, "--password-stdin", input="a phrase of my own\n")
    assert User.objects.get().check_password("a phrase of my own")
    assert "phrase" not in result.stdout + result.stderr


def test_a_password_can_be_typed(aiops: Aiops, operator: Tenant) -> None:
    result = aiops(*USER, "--ask", input="a phrase of my own\na phrase of my own\n")
    assert result.exit_code == 0
    assert User.objects.get().check_password("a phrase of my own")


def test_a_tenants_own_person(aiops: Aiops, acme: Tenant) -> None:
    made = printed(
        aiops("user", "create", "--email", "x@acme.example", "--role", "tenant_admin", "--tenant", "acme", "--json")
    )
    assert made["memberships"] == [{"tenant": "acme", "role": "tenant_admin"}]


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "told"),
    [
        (("--password-stdin",), "short\n", 1, "at least 12"),
        (("--password-stdin",), "", 2, "nothing on stdin"),
        (("--ask", "--password-stdin"), "", 2, "one of --ask and --password-stdin"),
        (("--tenant", "nowhere"), "", 1, "no tenant"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    aiops: Aiops, operator: Tenant, arguments: tuple[str, ...], typed: str, code: int, told: str
) -> None:
    result = aiops(*USER, *arguments, input=typed)
    assert result.exit_code == code
    assert told in result.stderr
    assert not User.objects.exists()


def test_an_address_is_used_once(aiops: Aiops, operator: Tenant) -> None:
    aiops(*USER)
    result = aiops(*USER)
    assert (result.exit_code, "has an account already" in result.stderr) == (1, True)


def test_only_an_admin_makes_keys_and_lets_people_in(aiops: Aiops, as_role: As, acme: Tenant) -> None:
    as_role(Role.ENGINEER)
    assert aiops("key", "create", "--tenant", "acme").exit_code == 1
    assert aiops(*USER).exit_code == 1


def test_the_roles_are_those_of_the_console() -> None:
    assert {str(role) for role in user_command.Role} == set(Role.values)
    assert {str(role) for role in key_command.Role} == {str(role) for role in SERVICE_ROLES}


def test_a_role_that_no_key_has_is_told_in_plain_words(aiops: Aiops, operator: Tenant) -> None:
    refused = aiops("key", "create", "--service", "--role", "viewer", env={"COLUMNS": "200"})
    assert refused.exit_code == 2
    assert "Invalid value for '--role': 'viewer' is not one of 'support', " in refused.stderr
