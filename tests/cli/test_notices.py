from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from killswitch.models import Channel, Notice
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def test_a_channel_is_added_tested_and_removed(aiops: Aiops, receiver: Receiver) -> None:
    secret = "a secret of the receiver\n"
    added = aiops("notices", "add", "Ops", "--webhook", receiver.url, "--allow-private", "--secret-stdin", input=secret)
    assert (added.exit_code, added.stdout) == (
        0, 'Ops is told of every stop.\nNothing was sent to it yet: aiops notices test "Ops"\n',
    )  # fmt: skip
    assert aiops("notices", "test", "Ops").stdout == "Delivered: it answered 200.\n"
    assert receiver.got[0].headers["X-AIOps-Signature"]
    assert "Delivered: it answered 200." in aiops("notices", "list").stdout
    assert aiops("notices", "remove", "Ops").stdout == "Ops is removed: nothing more is sent there.\n"
    assert not Channel.objects.exists()


def test_a_test_that_does_not_get_through_fails(aiops: Aiops, receiver: Receiver) -> None:
    aiops("notices", "add", "Ops", "--webhook", receiver.url, "--allow-private")
    receiver.faults.append("500")
    failed = aiops("notices", "test", "Ops")
    assert failed.exit_code == 1
    assert "It answered 500: not now" in failed.stderr


def test_mail_to_several_of_one_tenants_stops(aiops: Aiops, acme: Tenant) -> None:
    people = ("--email", "a@x.example", "--email", "b@x.example")
    added = aiops("notices", "add", "Acme", *people, "--tenant", "acme", "--news", "trouble", "--json")
    made = printed(added)
    assert (made["address"], made["tenant"], made["news"]) == ("a@x.example b@x.example", "acme", "trouble")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--news", "trouble"), "trouble with stops and reviews, nothing else"),
        (("--news", "shared"), "stops over everybody"),
        (("--news", "trouble", "--tenant", "acme"), "trouble with stops and reviews of acme, nothing else"),
        (("--tenant", "acme"), "stops of acme"),
    ],
)
def test_it_says_what_a_channel_is_told_of(aiops: Aiops, acme: Tenant, asked: tuple[str, ...], told: str) -> None:
    added = aiops("notices", "add", "Ops", "--email", "a@x.example", *asked)
    assert f"Ops is told of {told}.\n" in added.stdout


def test_deliveries_are_listed_and_sent_again(aiops: Aiops, acme: Tenant) -> None:
    assert aiops("notices", "deliveries").stdout == "Nothing was told yet.\n"
    aiops("notices", "add", "Ops", "--webhook", "https://hooks.example/abc")
    make_stop(acme, by=SYSTEM, at=datetime.now(UTC))
    Notice.objects.update(state=Notice.State.GIVEN_UP)
    assert "AI is off for Acme Robotics (looking into it)" in aiops("notices", "deliveries").stdout
    notice = Notice.objects.get()
    assert aiops("notices", "again", str(notice.pk)).stdout == "It is sent again.\n"
    assert "Nothing was told yet." in aiops("notices", "deliveries", "--state", "given_up").stdout


def test_one_has_to_say_where_to(aiops: Aiops) -> None:
    assert aiops("notices", "add", "Ops").exit_code == 2
    assert aiops("notices", "list").stdout == "Nobody is told of stops yet: aiops notices add.\n"
    missing = aiops("notices", "test", "Ops")
    assert "There is no channel 'Ops'. There are: none." in missing.stderr


def test_the_private_network_is_allowed_by_the_commands_own_flag(aiops: Aiops) -> None:
    refused = aiops("notices", "add", "Ops", "--webhook", "http://10.0.0.1/x")
    assert "10.0.0.1 is in a private range; --allow-private allows it." in refused.stderr


def test_who_may_not_is_told_so(as_role: As, aiops: Aiops) -> None:
    as_role(Role.SUPPORT)
    refused = aiops("notices", "add", "Ops", "--webhook", "https://hooks.example/abc")
    assert refused.exit_code == 1
    assert "This token may not do that." in refused.stderr
