import pytest
from django.db import connection, transaction

from tenants.models import Tenant
from tenants.scope import ALL, scope


def test_a_scope_sees_its_tenants_only(acme: Tenant, globex: Tenant) -> None:
    with scope([acme.pk]):
        assert list(Tenant.objects.values_list("slug", flat=True)) == ["acme"]


def test_without_a_scope_there_are_no_rows(acme: Tenant) -> None:
    with scope(()):
        assert not Tenant.objects.exists()


def test_an_inner_scope_gives_back_the_outer(acme: Tenant, globex: Tenant) -> None:
    with scope([acme.pk]):
        with scope([globex.pk]):
            assert Tenant.objects.get().slug == "globex"
        assert Tenant.objects.get().slug == "acme"


def test_an_error_inside_gives_back_the_outer(acme: Tenant, globex: Tenant) -> None:
    with scope([acme.pk]):
        with pytest.raises(ZeroDivisionError), scope(ALL):
            _ = 1 / 0
        assert Tenant.objects.get().slug == "acme"


def test_after_the_transaction_nothing_is_left(committed: None) -> None:
    with scope(ALL):
        pass
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenants', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_what_is_no_uuid_cannot_become_a_scope(db: None) -> None:
    with pytest.raises(ValueError, match="badly formed"), scope(["'; DROP TABLE tenants_tenant; --"]):  # type: ignore[list-item]
        pass


def test_a_row_of_another_tenant_cannot_be_written(acme: Tenant, globex: Tenant) -> None:
    with pytest.raises(Exception, match="row-level security"), scope([globex.pk]), transaction.atomic():
        acme.memberships.create(user_id=None, role="support")
