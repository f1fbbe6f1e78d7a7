"""Every table is either locked by tenant or named here with the reason why it is not."""

import pytest
from django.db import connection

NOT_A_TENANTS = {
    # The operator's own control tables.
    "killswitch_drill", "killswitch_drillkey",
    "tenants_feature", "killswitch_rule",
    "killswitch_trip", "killswitch_watch", "gateway_provider",
    "gateway_model", "gateway_chain", "gateway_chainmember", "gateway_grounding", "gateway_responsecache",
    "gateway_chaindrill", "gateway_drillplan",
    "costs_priceversion",
    "prompts_prompt", "prompts_promptversion",
    "prompts_protection",
    "evals_suite", "evals_suiteversion", "evals_run", "evals_shard", "evals_result",
    "evals_driftalarm", "evals_callkey", "evals_calibration",
    "readiness_attestation", "readiness_itemexception", "readiness_stateofday", "readiness_chainsverified",
    # People log in before it is known whose they are; what they may see is in their memberships.
    "tenants_user", "account_emailaddress", "account_emailconfirmation", "django_session",
    # Bookkeeping of processes and records.
    "tenants_process", "tenants_acknowledgement", "tenants_revision", "costs_journalposition", "costs_deadletter",
    # Django's own.
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
    "aiops_cache",
}  # fmt: skip
_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
  EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy,
  has_table_privilege('aiops_app', c.oid, 'SELECT') AS may_read
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""


@pytest.fixture
def tables(db: None) -> dict[str, tuple[bool, bool, bool, bool, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return {name: tuple(facts) for name, *facts in cursor.fetchall()}


def test_every_table_with_a_tenants_rows_is_locked(tables: dict[str, tuple[bool, ...]]) -> None:
    open_tables = {
        name
        for name, (enabled, forced, partition, policy, _) in tables.items()
        if not partition and not (enabled and forced and policy)
    }
    assert open_tables - NOT_A_TENANTS == set()


def test_nothing_is_excused_that_is_not_there_or_is_locked_after_all(tables: dict[str, tuple[bool, ...]]) -> None:
    assert {name for name in NOT_A_TENANTS if name not in tables or tables[name][0]} == set()


def test_a_partition_is_refused_to_whoever_addresses_it_directly(tables: dict[str, tuple[bool, ...]]) -> None:
    partitions = {name: facts for name, facts in tables.items() if facts[2]}
    assert partitions
    assert {
        name for name, (enabled, forced, _, policy, may_read) in partitions.items() if not (enabled and forced)
    } == set()
    assert {name for name, facts in partitions.items() if facts[3] or facts[4]} == set()


def test_the_application_role_owns_nothing_and_bypasses_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user AND relpersistence <> 't'"
        )
        assert cursor.fetchall() == []
