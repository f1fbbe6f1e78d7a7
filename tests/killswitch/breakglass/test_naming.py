"""What people name when the glass is broken: found without a database, and refused when nobody knows it."""

from uuid import UUID

import pytest

from aiops.lib.pseudonym import pseudonym
from killswitch.breakglass.naming import Unknown, Unnamed, aim_at
from killswitch.scopes import (
    EVERYTHING,
    Scope,
    connection_key,
    feature_key,
    prompt_version_key,
    tenant_feature_key,
    tenant_key,
    user_key,
)

ACME, ANSWERS, NEW, VERSION, ERP, CRM, OPERATOR = map(UUID, (f"{number:032}" for number in range(1, 8)))
KEY = "a-key-of-this-test"
NAMES = {
    "tenants": {"acme": str(ACME)},
    "features": {"answers": str(ANSWERS)},
    "providers": {"openai": "openai"},
    "models": {"mini": "mini"},
    "prompt_versions": {"helpdesk@v17": str(VERSION)},
    "connections": {"acme/erp": str(ERP), "globex/crm": str(CRM)},
    "titles": {str(ACME): "Acme Robotics"},
}
# As an older release kept them.
WITH_OPERATOR = {**NAMES, "tenants": {"acme": str(ACME), "_operator": str(OPERATOR)}}
MANY = {**NAMES, "tenants": {f"t{number}": str(UUID(int=number)) for number in range(25)}}


@pytest.mark.parametrize(
    ("named", "key", "what"),
    [
        ({"tenant": "acme"}, tenant_key(ACME), "acme (Acme Robotics)"),
        ({"tenant": str(ACME).upper()}, tenant_key(ACME), "acme (Acme Robotics)"),
        ({"feature": "answers"}, feature_key(ANSWERS), "answers of everyone"),
        (
            {"tenant": "acme", "feature": str(ANSWERS)},
            tenant_feature_key(ACME, ANSWERS),
            "answers of acme (Acme Robotics)",
        ),
        ({"provider": "openai"}, "provider:openai", "everyone on the provider openai"),
        ({"model": "mini"}, "model:mini", "everyone on the model mini"),
        (
            {"prompt_version": "helpdesk@v17"},
            prompt_version_key(VERSION),
            "everyone on the prompt version helpdesk@v17",
        ),
        (
            {"tenant": str(ACME), "connection": "erp"},
            connection_key(ERP),
            "the connection erp of acme (Acme Robotics)",
        ),
        ({"tenant": "acme", "connection": str(ERP)}, connection_key(ERP), "the connection erp of acme (Acme Robotics)"),
    ],
)
def test_everything_people_name_is_found_without_a_database(named: dict[str, str], key: str, what: str) -> None:
    aim = aim_at(NAMES, named)
    assert (aim.key, aim.what) == (key, what)


def test_everyone_is_said_and_not_named() -> None:
    aim = aim_at(NAMES, {}, everything=True)
    assert (aim.scope, aim.key, aim.what) == (Scope.GLOBAL, EVERYTHING, "everyone")


def test_a_person_is_known_by_the_key_that_calls_have() -> None:
    aim = aim_at(NAMES, {"tenant": "acme", "user": "jane@example.com"}, user_key=KEY)
    assert aim.key == user_key(ACME, UUID(pseudonym(KEY, str(ACME), "jane@example.com")))
    with pytest.raises(Unknown, match="set AIOPS_USER_KEY"):
        aim_at(NAMES, {"tenant": "acme", "user": "jane@example.com"})


def test_the_operator_is_refused_where_its_name_is_not_kept() -> None:
    with pytest.raises(Unnamed, match="_operator is no customer"):
        aim_at(NAMES, {"tenant": "_operator"})


@pytest.mark.parametrize("rest", [{}, {"feature": "answers"}])
@pytest.mark.parametrize("name", ["_operator", str(OPERATOR)])
def test_the_operator_is_no_customer_and_is_not_stopped(name: str, rest: dict[str, str]) -> None:
    with pytest.raises(Unnamed, match="_operator is no customer, and cannot be turned off"):
        aim_at(WITH_OPERATOR, {"tenant": name, **rest}, force=True)


def test_what_was_named_by_its_id_is_told_by_its_slug() -> None:
    aim = aim_at(NAMES, {"tenant": str(ACME), "feature": str(ANSWERS)})
    assert aim.slugs == {"tenant": "acme", "feature": "answers"}


@pytest.mark.parametrize(
    "named",
    [
        {}, {"model": "a", "provider": "b"}, {"tenant": "acme", "model": "mini"}, {"connection": "erp"},
        {"user": "jane"}, {"tenant": "acme", "feature": "answers", "user": "jane"},
    ],
)  # fmt: skip
def test_one_thing_is_named(named: dict[str, str]) -> None:
    with pytest.raises(Unnamed, match="Say what to stop"):
        aim_at(NAMES, named)


def test_everyone_and_something_else_are_two() -> None:
    with pytest.raises(Unnamed, match="Say what to stop"):
        aim_at(NAMES, {"model": "mini"}, everything=True)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"tenant": "acne"}, r"no tenant 'acne' here\. Did you mean acme\?"),
        ({"tenant": str(NEW)}, r"Known are: acme\. If it is new, give the id of the tenant and add --force\."),
        ({"tenant": "acme", "feature": "answer"}, r"Did you mean answers\?"),
        ({"tenant": "", "feature": "answers"}, "no tenant ''"),
        ({"provider": "opnai"}, r"Did you mean openai\? If it is new, add --force\."),
        ({"model": "minni"}, r"Did you mean mini\?"),
        ({"prompt_version": "helpdesk@v18"}, r"no prompt version 'helpdesk@v18' here\. Did you mean helpdesk@v17\?"),
        ({"tenant": "acme", "connection": "crm"}, r"no connection 'crm' here\. Known are: erp\."),
        ({"tenant": "acme", "connection": str(CRM)}, "no connection"),
    ],
)
def test_who_is_not_known_here_is_refused(named: dict[str, str], told: str) -> None:
    with pytest.raises(Unknown, match=told):
        aim_at(NAMES, named)


def test_of_many_it_says_how_many_it_leaves_out() -> None:
    with pytest.raises(Unknown, match=r"and 5 more\."):
        aim_at(MANY, {"tenant": "nobody"})


def test_without_any_names_it_says_so() -> None:
    with pytest.raises(Unknown, match="None is known here yet"):
        aim_at({**NAMES, "models": {}}, {"model": "mini"})


def test_forced_a_new_one_is_stopped_by_its_id_or_its_slug() -> None:
    assert aim_at(NAMES, {"tenant": str(NEW)}, force=True).key == tenant_key(NEW)
    assert aim_at(NAMES, {"provider": "new"}, force=True).key == "provider:new"
    assert aim_at(NAMES, {"model": "new"}, force=True).what == "everyone on the model new"


def test_forced_a_slug_without_an_id_still_stops_nobody() -> None:
    with pytest.raises(Unknown):
        aim_at(NAMES, {"tenant": "new"}, force=True)
