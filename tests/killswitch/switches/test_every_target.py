"""The same steps whatever is stopped: confirm, proof, turn back on."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from costs.endusers import user_key
from killswitch.models import Stop, StopEvent
from killswitch.standing import version_at
from killswitch.targets import Target
from tenants.models import Tenant, User
from tests.database import lasting
from tests.factories import actor_of, make_feature, make_tenant
from tests.killswitch.factories import stop_at
from tests.killswitch.switches.asking import CONFLICT, FOUND, INVALID, gateway, text
from tests.killswitch.switches.places import JANE, KINDS, SHARED, Kind, jane_of, make_all

FORM = {"reason": "cost", "until": "", "everyone": "1", "mode": "refuse", "in_flight": "cut", "drain_seconds": "30"}
EACH = pytest.mark.parametrize("name", list(KINDS))


@pytest.fixture(scope="module", autouse=True)
def _all(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with lasting(django_db_blocker):
        make_all(make_tenant("acme", name="Acme Robotics"), make_feature("answers", name="Answer assistant"))
        yield


@pytest.fixture(autouse=True)
def _in_scope(everything: None) -> None:
    pass


def home_of(kind: Kind, tenant: Tenant) -> str:
    return "/switches/" + (kind.home or kind.asked).format(jane=jane_of(tenant))


def sent(**values: Any) -> dict[str, Any]:
    return {**FORM, "submission": str(uuid4()), "expected": 0, **values}


@EACH
def test_its_button_names_it(page: Client, name: str) -> None:
    shown = text(page.get(f"/switches/{KINDS[name].asked}off/"))
    assert f"{KINDS[name].button}</button>" in shown
    assert "within 1.5 s" in shown
    assert "Calls now" in shown


@EACH
def test_it_is_turned_off_proven_and_turned_back_on(page: Client, acme: Tenant, name: str, now: datetime) -> None:
    kind = KINDS[name]
    home = home_of(kind, acme)
    answer = page.post(f"/switches/{kind.asked}off/", sent())
    assert (answer.status_code, answer["Location"]) == (FOUND, home)
    stop = Stop.objects.active().get()
    assert (stop.scope, stop.reason) == ("global" if name == "everyone" else name, "cost")
    gateway("gateway-1", applied=stop.revision, at=stop.events.get().recorded_at)
    shown = text(page.get(home))
    assert kind.said in shown
    assert "The worker confirmed in" in shown
    page.post(f"{home}on/", {"version": stop.version, "sure": "1"})
    assert not Stop.objects.active().exists()
    assert "back on." in text(page.get(home)) or "back on for" in text(page.get(home))


@EACH
def test_the_same_form_sent_twice_stops_once(page: Client, name: str) -> None:
    form = sent()
    answers = [page.post(f"/switches/{KINDS[name].asked}off/", form).status_code for _ in range(2)]
    assert answers == [FOUND, FOUND]
    assert StopEvent.objects.count() == 1


@EACH
def test_a_change_in_between_says_who_and_the_same_button_goes_on(
    page: Client, client: Client, colleague: User, name: str
) -> None:
    theirs = Client()
    theirs.force_login(colleague)
    theirs.post(f"/switches/{KINDS[name].asked}off/", sent())
    answer = page.post(f"/switches/{KINDS[name].asked}off/", sent(note="typed by me"))
    assert answer.status_code == CONFLICT
    assert f"{colleague} turned off" in text(answer)
    assert "typed by me" in text(answer)
    assert "Add your reason</button>" in text(answer)


@EACH
def test_looking_changes_nothing(page: Client, name: str) -> None:
    page.get(f"/switches/{KINDS[name].asked}off/?reason=cost&until=4h")
    assert not Stop.objects.exists()


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("step", ["", "off/", "on/", "proof/", "retry/", "note/", "review/"])
def test_what_is_everybodys_is_not_there_for_a_customers_own_people(
    client: Client, viewer: User, name: str, step: str
) -> None:
    client.force_login(viewer)
    assert client.get(f"/switches/{KINDS[name].asked}{step}").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"/switches/{KINDS[name].asked}off/", sent()).status_code == HTTPStatus.NOT_FOUND
    assert not Stop.objects.exists()


@EACH
def test_who_may_only_read_sees_it_and_is_refused(client: Client, manager: User, name: str) -> None:
    client.force_login(manager)
    assert client.get(f"/switches/{KINDS[name].asked}").status_code == HTTPStatus.OK
    assert client.post(f"/switches/{KINDS[name].asked}off/", sent()).status_code == HTTPStatus.FORBIDDEN
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("name", "allowed"), [("provider", FOUND), ("model", FOUND), ("everyone", 403), ("connection", 403), ("user", 403)]
)
def test_an_engineer_stops_what_is_shared_and_no_customer(
    client: Client, engineer: User, name: str, allowed: int
) -> None:
    client.force_login(engineer)
    assert client.post(f"/switches/{KINDS[name].asked}off/", sent()).status_code == allowed


def test_everyone_is_stopped_only_when_the_box_was_ticked(page: Client, globex: Tenant) -> None:
    assert "2 tenants lose AI" in text(page.get("/switches/~everyone/off/"))
    answer = page.post("/switches/~everyone/off/", sent(everyone=""))
    assert answer.status_code == INVALID
    assert "Tick the box above the button: it says who loses AI." in text(answer)
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"mode": "handoff"}, ("handoff", "cut", 0)),
        ({"mode": "canned", "in_flight": "drain", "drain_seconds": "45"}, ("canned", "drain", 45)),
        ({"in_flight": "new_only", "drain_seconds": "45"}, ("refuse", "new_only", 0)),
        ({"in_flight": "drain", "drain_seconds": ""}, ("refuse", "drain", 30)),
    ],
)
def test_mode_and_calls_under_way_are_as_chosen(
    page: Client, values: dict[str, str], kept: tuple[str, str, int]
) -> None:
    page.post("/switches/~model/acme/mini/off/", sent(**values))
    stop = Stop.objects.get()
    assert (stop.mode, stop.in_flight, stop.drain_seconds) == kept


@pytest.mark.parametrize(
    ("place", "values", "said"),
    [
        ("~model/acme/mini/", {"mode": "read_only"}, "Choose what callers get from the list."),
        ("acme/~connection/erp/", {"mode": "canned"}, "Choose what callers get from the list."),
        ("acme/", {"in_flight": "drain", "drain_seconds": "601"}, "Say in how many seconds they have to end"),
        ("acme/", {"message": "x" * 301}, "Keep what callers are told under 300 characters."),
    ],
)
def test_what_cannot_be_is_said(page: Client, place: str, values: dict[str, str], said: str) -> None:
    answer = page.post(f"/switches/{place}off/", sent(**values))
    assert answer.status_code == INVALID
    assert said in text(answer)
    assert not Stop.objects.exists()


def test_callers_are_told_what_was_written(page: Client) -> None:
    page.post("/switches/~model/acme/mini/off/", sent(message="Back at noon."))
    assert Stop.objects.get().message == "Back at noon."


def test_a_link_prefills_the_mode_and_one_that_does_not_fit_is_said(page: Client) -> None:
    assert 'value="handoff" checked' in text(page.get("/switches/acme/off/?mode=handoff"))
    shown = text(page.get("/switches/~model/acme/mini/off/?mode=read_only"))
    assert "The link asked for mode “read_only”; here there is refuse, handoff, canned." in shown
    assert 'value="refuse" checked' in shown


@pytest.mark.parametrize(
    "place", ["~provider/none/", "~model/none/", "~feature/none/", "~prompt_version/none@v1/", "~prompt_version/x/",
              "acme/~connection/none/", "nobody/~user/jane/"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(page: Client, place: str) -> None:
    assert page.get(f"/switches/{place}off/").status_code == HTTPStatus.NOT_FOUND


def test_one_person_is_found_by_what_the_application_calls_them(page: Client, acme: Tenant) -> None:
    answer = page.get("/switches/acme/person/", {"who": JANE.upper()})
    assert answer["Location"] == f"/switches/acme/~user/{jane_of(acme)}/off/"


def test_who_has_not_called_yet_can_be_stopped_by_their_id(page: Client, acme: Tenant) -> None:
    asked = page.get("/switches/acme/person/", {"who": "job 7"}, follow=True)
    assert "has had no call on behalf of “job 7”" in text(asked)
    page.post("/switches/acme/~user/job%207/off/", sent())
    assert Stop.objects.get().target == Target.user(acme, user_key(acme.pk, "job 7")).key
    assert "AI is off for job 7 of Acme Robotics." in text(page.get("/switches/acme/~user/job%207/"))


def test_a_persons_own_id_is_nowhere_in_the_stop(page: Client) -> None:
    page.post(f"/switches/acme/~user/{JANE}/off/", sent())
    stop = Stop.objects.get()
    assert JANE not in f"{stop.label} {stop.subject} {stop.target} {stop.events.get().after}"


def test_a_stop_of_a_model_shows_no_calls_as_leaks(page: Client, support: User, now: datetime) -> None:
    stop = stop_at(Target.model("acme/mini"), by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    shown = text(page.get("/switches/~model/acme/mini/"))
    assert "no calls since" not in shown
    assert "Chains go on with their next model" in shown


def test_opened_versions_move_with_their_own_target_alone(acme: Tenant, support: User, now: datetime) -> None:
    stop_at(Target.model("acme/mini"), by=actor_of(support), at=now)
    assert version_at(Target.of(acme)) == 0
    assert version_at(Target.model("acme/mini")) > 0


@pytest.mark.parametrize(
    ("place", "is_noticed"), [("~model/acme/mini/", False), ("~provider/acme-ai/", False), ("acme/", True)]
)
def test_callers_of_what_has_chains_see_nothing_while_another_model_is_there(
    page: Client, place: str, is_noticed: bool
) -> None:
    said = "They will see nothing where their chain has another model; where it has none:</dt>"
    assert (said not in text(page.get(f"/switches/{place}off/"))) is is_noticed
