from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tenants import keys, services
from tenants.actors import SYSTEM
from tenants.models import ApiKey, AuditEntry, Feature, Role, Tenant, User
from tenants.refusals import Conflict, Invalid
from tests.factories import PASSWORD, make_feature, make_key, make_tenant, make_user


def test_declaring_a_tenant_again_changes_nothing(acme: Tenant) -> None:
    before = AuditEntry.objects.of(acme).count()
    again = services.declare_tenant("acme", name=acme.name, by=SYSTEM)
    assert (again.outcome, AuditEntry.objects.of(acme).count()) == ("unchanged", before)


def test_declaring_it_otherwise_changes_it_and_says_what(acme: Tenant) -> None:
    changed = services.declare_tenant("acme", name=acme.name, plan="Growth", by=SYSTEM)
    assert (changed.outcome, changed.before, changed.after) == ("changed", {"plan": ""}, {"plan": "Growth"})
    entry = AuditEntry.objects.latest("at", "seq")
    # On the operator's own chain: a long declaration must not hold up stops, which take the tenants'.
    assert (entry.tenant.slug, entry.action, entry.object) == ("_operator", "tenant.changed", "acme")


def test_a_new_tenant_may_be_given_an_id_which_then_stays(acme: Tenant) -> None:
    known = uuid4()
    made = services.declare_tenant("known", name="Known", id=known, by=SYSTEM)
    again = services.declare_tenant("known", name="Known", id=uuid4(), by=SYSTEM)
    assert (made.row.pk, again.row.pk, again.outcome) == (known, known, "unchanged")


@pytest.mark.parametrize("slug", ["", "Acme", "a b", "-acme", "_operator", "a" * 64, "é"])
def test_a_slug_that_cannot_be_typed_is_refused(operator: Tenant, slug: str) -> None:
    with pytest.raises(Invalid, match="lower-case"):
        make_tenant(slug, name="x")
    with pytest.raises(Invalid, match="lower-case"):
        make_feature(slug, name="x")


def test_a_new_key_is_stored_as_a_hash(acme: Tenant) -> None:
    made = make_key(acme)
    stored = ApiKey.objects.get(pk=made.key.pk)
    parsed = keys.parse(made.text)
    assert parsed is not None
    assert keys.matches(parsed.secret, bytes(stored.secret_hash))
    assert stored.last_four == parsed.secret[-4:]


def test_a_revoked_key_is_no_longer_live(acme: Tenant, now: datetime) -> None:
    key = make_key(acme).key
    assert services.revoke_key(key, by=SYSTEM, at=now) is True
    assert services.revoke_key(key, by=SYSTEM, at=now) is False
    assert not ApiKey.objects.live(at=now).filter(pk=key.pk).exists()


def test_an_expired_key_is_no_longer_live(acme: Tenant, now: datetime) -> None:
    key = make_key(acme, expires_at=now).key
    assert ApiKey.objects.live(at=now - timedelta(seconds=1)).filter(pk=key.pk).exists()
    assert not ApiKey.objects.live(at=now).filter(pk=key.pk).exists()


def test_a_key_may_be_pinned_to_a_feature(acme: Tenant, answers: Feature) -> None:
    assert make_key(acme, feature=answers).key.feature == answers


@pytest.mark.parametrize("environment", ["", "Prod", "a_b", "x" * 31])
def test_an_environment_that_would_break_the_keys_text_is_refused(acme: Tenant, environment: str) -> None:
    with pytest.raises(Invalid, match="environment"):
        make_key(acme, environment=environment)


def test_a_person_is_made_with_a_role(acme: Tenant) -> None:
    user = make_user("Ada@Acme.Example", Role.TENANT_VIEWER, acme)
    assert (user.email, user.memberships.get().role) == ("ada@acme.example", Role.TENANT_VIEWER)
    assert user.check_password(PASSWORD)


def test_the_same_address_twice_is_refused(acme: Tenant, viewer: User) -> None:
    with pytest.raises(Conflict, match="already"):
        make_user(viewer.email.upper(), Role.TENANT_VIEWER, acme)


@pytest.mark.parametrize(("email", "password"), [("nonsense", PASSWORD), ("a@b.example", "short"), ("a@b.example", "")])
def test_bad_addresses_and_passwords_are_refused(acme: Tenant, email: str, password: str) -> None:
    with pytest.raises(Invalid):
        services.create_user(email=email, password=password, role=Role.TENANT_VIEWER, tenant=acme, by=SYSTEM)


def test_a_customers_role_over_everybody_is_refused(operator: Tenant) -> None:
    with pytest.raises(Invalid, match="one tenant's own people"):
        make_user("a@b.example", Role.TENANT_ADMIN, operator)
