import pytest

from killswitch.naming import NAMES, SAID, Misnamed, scope_of
from killswitch.scopes import Scope


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope not in SAID])
def test_what_is_named_says_the_scope(scope: Scope) -> None:
    assert scope_of(NAMES[scope]) == scope


@pytest.mark.parametrize("scope", list(Scope))
def test_every_scope_can_be_said(scope: Scope) -> None:
    assert scope_of(NAMES[scope], scope) == scope


@pytest.mark.parametrize("scope", sorted(SAID))
def test_what_is_over_everybody_because_something_was_left_out_has_to_be_said(scope: Scope) -> None:
    with pytest.raises(Misnamed, match="say"):
        scope_of(NAMES[scope])


@pytest.mark.parametrize("names", [("tenant", "model"), ("provider", "model"), ("connection",), ("user", "feature")])
def test_two_targets_or_half_of_one_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(Misnamed, match="no one target"):
        scope_of(names)


def test_a_scope_that_does_not_fit_its_names_says_which_it_takes() -> None:
    with pytest.raises(Misnamed, match="names feature and tenant and nothing else; given: tenant"):
        scope_of(("tenant",), "tenant_feature")
