import pytest
from pytest_django import Settings

from tenants import secrets
from tenants.models import DataKey, Tenant
from tenants.secrets import Unreadable

PLACE = "provider|api_key|1"


def test_a_secret_opens_where_it_was_written(acme: Tenant) -> None:
    sealed = secrets.encrypt("sk-hush", tenant=acme.pk, place=PLACE)
    assert b"sk-hush" not in sealed
    assert secrets.decrypt(sealed, tenant=acme.pk, place=PLACE) == "sk-hush"


def test_it_does_not_open_in_another_row(acme: Tenant) -> None:
    sealed = secrets.encrypt("sk-hush", tenant=acme.pk, place=PLACE)
    with pytest.raises(Unreadable):
        secrets.decrypt(sealed, tenant=acme.pk, place="provider|api_key|2")


def test_it_does_not_open_for_another_tenant(acme: Tenant, globex: Tenant) -> None:
    sealed = secrets.encrypt("sk-hush", tenant=acme.pk, place=PLACE)
    with pytest.raises(Unreadable):
        secrets.decrypt(sealed, tenant=globex.pk, place=PLACE)


def test_erasing_the_tenants_key_erases_its_secrets(acme: Tenant) -> None:
    sealed = secrets.encrypt("sk-hush", tenant=acme.pk, place=PLACE)
    DataKey.objects.filter(tenant=acme).delete()
    with pytest.raises(Unreadable):
        secrets.decrypt(sealed, tenant=acme.pk, place=PLACE)


def test_a_keyring_that_lost_its_key_says_which(acme: Tenant, settings: Settings) -> None:
    sealed = secrets.encrypt("sk-hush", tenant=acme.pk, place=PLACE)
    settings.AIOPS_KEYRING = settings.AIOPS_KEYRING.replace("k1:", "k2:")
    with pytest.raises(Unreadable, match="'k1'"):
        secrets.decrypt(sealed, tenant=acme.pk, place=PLACE)


@pytest.mark.parametrize(("secret", "shown"), [("", ""), ("hush", ""), ("sk-hush-hus", ""), ("sk-hush-hush", "hush")])
def test_nothing_of_a_short_secret_is_shown(secret: str, shown: str) -> None:
    assert secrets.last_four(secret) == shown
