from datetime import datetime, timedelta
from uuid import UUID

import pytest

from killswitch.guard import ActiveStop
from killswitch.models import HeldRelease, Stop
from killswitch.scopes import tenant_key
from tenants.models import Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.killswitch.test_held import held_by, stop_of


@pytest.fixture
def lost(acme: Tenant, now: datetime) -> ActiveStop:
    stop = stop_of(tenant_key(acme.pk), at=now)
    held_by(stop, "gateway-1", "gateway-2", at=now)
    return stop


def test_nothing_held_says_so(aiops: Aiops) -> None:
    assert aiops("held", "list").stdout == "Every stop in force is in PostgreSQL.\n"


def test_what_is_held_is_listed_with_who_holds_it(aiops: Aiops, lost: ActiveStop) -> None:
    (row,) = printed(aiops("held", "list", "--json"))
    assert (row["id"], row["what"], row["reason"]) == (str(lost.id), "Acme Robotics", "answers")
    assert row["processes"] == ["gateway-1", "gateway-2"]
    assert "gateway-1, gateway-2" in aiops("held", "list").stdout


def test_all_that_is_held_is_adopted(aiops: Aiops, lost: ActiveStop) -> None:
    assert "Adopted: acme is off" in aiops("held", "adopt", "--note", "The backup was old.").stdout
    stop = Stop.objects.get()
    assert (stop.pk, stop.note) == (lost.id, "The backup was old.")


def test_one_that_cannot_be_adopted_is_told_and_keeps_no_other_from_it(
    aiops: Aiops, lost: ActiveStop, now: datetime
) -> None:
    gone, careful = (stop_of(tenant_key(UUID(int=9)), at=now, reason=reason) for reason in ("cost", "safety"))
    held_by(gone, "gateway-3", at=now - timedelta(hours=1))
    held_by(careful, "gateway-4", at=now)
    said = aiops("held", "adopt").stdout
    assert "Adopted: acme is off" in said
    assert f"`aiops held release {gone.id} --note …`" in said
    assert "not for stopping: two people release it in the browser." in said
    refused = aiops("held", "release", str(careful.id), "--note", "A slip.")
    assert (refused.exit_code, "no key is either" in refused.stderr) == (1, True)


def test_one_is_released_with_a_note(aiops: Aiops, lost: ActiveStop) -> None:
    assert aiops("held", "release", "--id", str(lost.id)).exit_code == 2
    result = aiops("held", "release", "--id", str(lost.id), "--note", "A test.")
    assert (result.exit_code, HeldRelease.objects.get().stop_id) == (0, lost.id)


def test_alone_it_lists(aiops: Aiops, lost: ActiveStop) -> None:
    assert str(lost.id) in aiops("held").stdout


def test_the_id_is_an_argument_too_and_given_once(aiops: Aiops, lost: ActiveStop) -> None:
    assert aiops("held", "adopt", str(lost.id), "--id", str(lost.id)).exit_code == 2
    assert "Adopted: acme is off" in aiops("held", "adopt", str(lost.id)).stdout
    assert Stop.objects.get().pk == lost.id


def test_one_is_released_by_its_argument(aiops: Aiops, lost: ActiveStop) -> None:
    assert aiops("held", "release", str(lost.id), "--note", "A test.").exit_code == 0
    assert HeldRelease.objects.get().stop_id == lost.id


@pytest.mark.parametrize("rest", [("adopt", "--id", ""), ("adopt", ""), ("release", "--note", "A test.")])
def test_an_empty_id_is_not_all_of_them(aiops: Aiops, lost: ActiveStop, rest: tuple[str, ...]) -> None:
    assert aiops("held", *rest).exit_code == 2
    assert not Stop.objects.exists()
    assert not HeldRelease.objects.exists()


def test_what_nobody_holds_is_refused(aiops: Aiops, acme: Tenant) -> None:
    result = aiops("held", "release", "--id", str(acme.pk), "--note", "A test.")
    assert (result.exit_code, "No process holds" in result.stderr) == (1, True)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_who_may_not_stop_everything_decides_nothing(aiops: Aiops, as_role: As, lost: ActiveStop, role: Role) -> None:
    as_role(role)
    assert aiops("held", "release", "--id", str(lost.id), "--note", "A test.").exit_code == 1
    assert aiops("held", "adopt", "--id", str(lost.id)).exit_code == 1
    assert not HeldRelease.objects.exists()


def test_stops_says_how_many_are_held_to_whoever_may_see_them(aiops: Aiops, as_role: As, lost: ActiveStop) -> None:
    assert aiops("stops").stdout == (
        "Nothing is off.\n1 held, see `aiops held`: in force on gateways, unknown to PostgreSQL.\n"
    )
    assert printed(aiops("stops", "--json")) == []
    as_role(Role.MANAGER)
    assert aiops("stops").stdout == "Nothing is off.\n"


def test_a_lift_does_not_say_on_of_what_gateways_go_on_refusing(aiops: Aiops, lost: ActiveStop) -> None:
    refused = (
        "Calls are still refused: a stop of Acme Robotics (answers) is in force on 2 gateways that PostgreSQL does not "
        "know; see `aiops held`."
    )
    assert aiops("lift", "--tenant", "acme").stdout.startswith(f"PostgreSQL knows no stop of acme. {refused} Revision ")
    aiops("stop", "--tenant", "acme", "--reason", "cost")
    assert aiops("lift", "--tenant", "acme").stdout.startswith(f"The stop of acme is lifted. {refused} Revision ")


def test_beside_a_wider_stop_both_are_told(aiops: Aiops, lost: ActiveStop) -> None:
    aiops("stop", "--everything", "--yes", "--reason", "cost")
    said = aiops("lift", "--tenant", "acme").stdout
    assert "AI is off for acme: it is held off by the stop of everyone (cost, by test)." in said
    assert "Calls are still refused: a stop of Acme Robotics (answers)" in said


@pytest.mark.parametrize(
    ("target", "adopted", "released"),
    [("provider:simulator", "provider simulator", "simulator"), ("*", "everyone", "everyone")],
)
def test_what_was_decided_about_is_called_as_people_call_it(
    aiops: Aiops, now: datetime, target: str, adopted: str, released: str
) -> None:
    first, second = (stop_of(target, at=now) for _ in range(2))
    held_by(first, "gateway-1", at=now)
    held_by(second, "gateway-2", at=now)
    assert f"Adopted: {adopted} is off. " in aiops("held", "adopt", str(first.id)).stdout
    assert f"Released: {released}. " in aiops("held", "release", str(second.id), "--note", "A test.").stdout
