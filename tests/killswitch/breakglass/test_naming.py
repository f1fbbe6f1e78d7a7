"""What people name when the glass is broken: found without a database, and refused when nobody knows it."""

from typing import Any
from uuid import UUID

import pytest

from killswitch.breakglass.naming import Unknown, Unnamed, aim_at
from killswitch.scopes import EVERYTHING, feature_key, tenant_feature_key, tenant_key

ACME, ANSWERS, NEW = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {
    "tenants": {"acme": str(ACME)},
    "features": {"answers": str(ANSWERS)},
    "providers": {"openai": "openai"},
    "models": {"mini": "mini"},
    "titles": {str(ACME): "Acme Robotics"},
}
MANY = {**NAMES, "tenants": {f"t{number}": str(UUID(int=number)) for number in range(25)}}


@pytest.mark.parametrize(
    ("named", "key", "what"),
    [
        ({"everything": True}, EVERYTHING, "everyone"),
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
    ],
)
def test_everything_people_name_is_found_without_a_database(named: Any, key: str, what: str) -> None:
    aim = aim_at(NAMES, **named)
    assert (aim.key, aim.what) == (key, what)


def test_what_was_named_by_its_id_is_told_by_its_slug() -> None:
    aim = aim_at(NAMES, tenant=str(ACME), feature=str(ANSWERS))
    assert aim.slugs == {"tenant": "acme", "feature": "answers"}


@pytest.mark.parametrize(
    "named",
    [{}, {"everything": True, "model": "mini"}, {"model": "a", "provider": "b"}, {"tenant": "acme", "model": "mini"}],
)
def test_one_thing_is_named(named: Any) -> None:
    with pytest.raises(Unnamed, match="Say what to stop"):
        aim_at(NAMES, **named)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"tenant": "acne"}, r"no tenant 'acne' here\. Did you mean acme\?"),
        ({"tenant": str(NEW)}, r"Known are: acme\. If it is new, give the id of the tenant and add --force\."),
        ({"tenant": "acme", "feature": "answer"}, r"Did you mean answers\?"),
        ({"tenant": "", "feature": "answers"}, "no tenant ''"),
        ({"provider": "opnai"}, r"Did you mean openai\? If it is new, add --force\."),
        ({"model": "minni"}, r"Did you mean mini\?"),
    ],
)
def test_who_is_not_known_here_is_refused(named: Any, told: str) -> None:
    with pytest.raises(Unknown, match=told):
        aim_at(NAMES, **named)


def test_of_many_it_says_how_many_it_leaves_out() -> None:
    with pytest.raises(Unknown, match=r"and 5 more\."):
        aim_at(MANY, tenant="nobody")


def test_without_any_names_it_says_so() -> None:
    with pytest.raises(Unknown, match="None is known here yet"):
        aim_at({**NAMES, "models": {}}, model="mini")


def test_forced_a_new_one_is_stopped_by_its_id_or_its_slug() -> None:
    assert aim_at(NAMES, tenant=str(NEW), force=True).key == tenant_key(NEW)
    assert aim_at(NAMES, provider="new", force=True).key == "provider:new"
    assert aim_at(NAMES, model="new", force=True).what == "everyone on the model new"


def test_forced_a_slug_without_an_id_still_stops_nobody() -> None:
    with pytest.raises(Unknown):
        aim_at(NAMES, tenant="new", force=True)
