from datetime import UTC, datetime, timedelta

import pytest

from killswitch.models import Plan, Stop
from killswitch.targets import Target
from tenants.models import Role, Tenant, User
from tests.cli.conftest import Aiops, As, printed
from tests.factories import actor_of
from tests.killswitch.planned.factories import make_plan, start_due

STOP = ("stop", "--tenant", "acme", "--reason", "maintenance")


def tomorrow() -> datetime:
    return (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


def test_a_stop_is_planned_for_a_moment(aiops: Aiops, acme: Tenant) -> None:
    at = tomorrow()
    result = aiops(*STOP, "--at", f"{at:%Y-%m-%dT%H:%MZ}", "--expires", "2h", "--note", "Upgrade")
    assert result.exit_code == 0, result.stderr
    plan = Plan.objects.get()
    assert (plan.starts_at, plan.note, plan.origin) == (at.replace(second=0), "Upgrade", "cli")
    assert plan.expires_at == plan.starts_at + timedelta(hours=2)
    assert result.stdout.startswith(f"AI goes off for acme at {plan.starts_at.astimezone():%Y-%m-%d %H:%M:%S}")
    assert f"Not after all: `aiops plans cancel {plan.pk}`." in result.stdout
    assert not Stop.objects.exists()


def test_or_in_a_while(aiops: Aiops, acme: Tenant) -> None:
    assert ", in 2 h." in aiops(*STOP, "--in", "2h").stdout
    ahead = Plan.objects.get().starts_at - datetime.now(UTC)
    assert ahead == pytest.approx(timedelta(hours=2), abs=timedelta(seconds=10))


def test_a_time_of_day_is_its_next_one_in_utc(aiops: Aiops, acme: Tenant) -> None:
    made = printed(aiops(*STOP, "--at", "18:00", "--json"))
    starts_at = datetime.fromisoformat(made["starts_at"])
    assert f"{starts_at.astimezone(UTC):%H:%M:%S}" == "18:00:00"
    assert timedelta() < starts_at - datetime.now(UTC) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--at", "soon"), "is not an ISO time"),
        (("--at", "4h"), "is not an ISO time"),
        (("--at", "25:00"), "is not an ISO time"),
        (("--in", "soon"), "is not a span"),
        (("--at", "18:00", "--in", "2h"), "exclude each other"),
        (("--in", "2h", "--wait"), "--wait is for a stop that is made now"),
        (("--at", "2020-01-01T00:00Z"), "is not in the future"),
    ],
)
def test_what_is_no_moment_plans_and_stops_nothing(
    aiops: Aiops, acme: Tenant, given: tuple[str, ...], said: str
) -> None:
    result = aiops(*STOP, *given)
    assert result.exit_code != 0
    assert said in " ".join(result.stderr.split())
    assert not Plan.objects.exists()
    assert not Stop.objects.exists()


def test_plans_are_listed_what_comes_first_first(aiops: Aiops, acme: Tenant, globex: Tenant, admin: User) -> None:
    make_plan(Target.of(globex), starts_at=tomorrow() + timedelta(hours=1), by=actor_of(admin))
    make_plan(Target.of(acme), starts_at=tomorrow(), by=actor_of(admin), note="Upgrade")
    shown = aiops("plans").stdout
    assert shown.index("acme") < shown.index("globex")
    assert "Upgrade" in shown
    assert [row["tenant"] for row in printed(aiops("plans", "list", "--tenant", "acme", "--json"))] == ["acme"]


def test_none_is_said(aiops: Aiops) -> None:
    assert aiops("plans").stdout == "No stop is planned.\n"


def test_one_that_could_not_start_says_why(aiops: Aiops, acme: Tenant, admin: User) -> None:
    at = tomorrow()
    make_plan(Target.of(acme), starts_at=at, by=actor_of(admin), lasts=timedelta(hours=1))
    start_due(at + timedelta(hours=1))
    assert "No worker was running in all of its time" in aiops("plans", "list", "--all").stdout


def test_one_is_cancelled(aiops: Aiops, acme: Tenant, admin: User) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow(), by=actor_of(admin))
    assert "Cancelled: nothing is turned off for acme at " in aiops("plans", "cancel", str(plan.pk)).stdout
    assert Plan.objects.get().state == "cancelled"


def test_what_has_started_is_not(aiops: Aiops, acme: Tenant, admin: User) -> None:
    at = tomorrow()
    plan = make_plan(Target.of(acme), starts_at=at, by=actor_of(admin))
    start_due(at)
    result = aiops("plans", "cancel", str(plan.pk))
    assert result.exit_code != 0
    assert "is turned back on like any other stop" in " ".join(result.stderr.split())


def test_who_may_not_stop_plans_nothing(aiops: Aiops, as_role: As, acme: Tenant) -> None:
    as_role(Role.MANAGER)
    assert aiops(*STOP, "--in", "2h").exit_code != 0
    assert not Plan.objects.exists()
