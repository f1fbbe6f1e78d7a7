import pytest

from tenants import principals
from tenants.models import Membership, Role, Tenant, User
from tenants.permissions import Permission
from tenants.scope import ALL

_P = Permission


def test_staff_of_the_operator_are_over_all_tenants(support: User) -> None:
    assert principals.of_user(support).over(_P.SWITCHES_CHANGE) == ALL


def test_staff_may_be_over_some_tenants_only(support: User, acme: Tenant) -> None:
    Membership.objects.filter(user=support).update(tenant=acme)
    assert principals.of_user(support).over(_P.SWITCHES_CHANGE) == {acme.pk}


def test_a_customers_own_people_are_over_their_tenant(viewer: User, acme: Tenant) -> None:
    principal = principals.of_user(viewer)
    assert principal.over(_P.SPEND_READ) == {acme.pk}
    assert not principal.may(_P.SWITCHES_CHANGE)


def test_a_customers_role_over_the_operator_gives_nothing(support: User) -> None:
    Membership.objects.filter(user=support).update(role=Role.TENANT_ADMIN)
    assert not principals.of_user(support).may(_P.SWITCHES_READ)


@pytest.mark.parametrize(
    ("who", "permission", "allowed"),
    [
        ("support", _P.SWITCHES_CHANGE, True),
        ("support", _P.CONFIG_CHANGE, False),
        ("engineer", _P.CONFIG_CHANGE, True),
        ("engineer", _P.SWITCHES_CHANGE, False),
        ("manager", _P.SPEND_READ, True),
        ("manager", _P.SWITCHES_CHANGE, False),
        ("admin", _P.USERS_CHANGE, True),
        ("viewer", _P.AUDIT_READ, False),
        ("stranger", _P.SWITCHES_CHANGE, True),
        ("stranger", _P.USERS_CHANGE, False),
    ],
)
def test_each_role_may_what_its_row_says(
    request: pytest.FixtureRequest, everything: None, who: str, permission: Permission, allowed: bool
) -> None:
    assert principals.of_user(request.getfixturevalue(who)).may(permission) is allowed


def test_a_person_without_membership_may_nothing(everything: None) -> None:
    nobody = User.objects.create_user("nobody@operator.example")
    assert not any(principals.of_user(nobody).may(permission) for permission in Permission)
