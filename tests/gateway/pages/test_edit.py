"""Changing a chain by its form: buttons that arrange, one that saves, one that puts back."""

import html
import re
from typing import Any

import pytest
import yaml
from django.test import Client

from aiops.declare import document
from gateway.models import Chain, ChainMember
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Tenant, User
from tests.gateway.pages.asking import HOME, form, form_of, members, text, words

EDIT = "/chains/default/edit/"


def send(page: Client, **changes: Any) -> Any:
    return page.post(EDIT, form(page) | changes)


def shown_order(content: str) -> list[str]:
    part = content[content.index('id="editor"') :]
    return [each.split('"')[0] for each in part.split('name="model" value="')[1:]]


def test_what_is_typed_is_saved_at_once_and_audited(page: Client, chain: Chain, operator: Tenant) -> None:
    answer = send(page, save="1", timeout=["30", "90"], attempts=["2", "1"], first=["0", "10"], deadline="60", hops="4")
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
    assert members() == [("mini", 30, 2, 0), ("large", 90, 1, 10)]
    chain.refresh_from_db()
    assert (chain.deadline_seconds, chain.max_hops) == (60, 4)
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert (entry.action, entry.object) == ("chain.changed", "default")


def test_a_trigger_that_is_taken_away_does_not_lead_on(page: Client, chain: Chain) -> None:
    send(page, save="1", trigger=["rate_limited", "timeout"])
    chain.refresh_from_db()
    assert chain.triggers == ["rate_limited", "timeout"]


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ({"up": "1"}, ["large", "mini"]),
        ({"down": "0"}, ["large", "mini"]),
        ({"up": "0"}, ["mini", "large"]),
        ({"remove": "0"}, ["large"]),
        ({"add": "1", "added": "spare"}, ["mini", "large", "spare"]),
        ({"down": "x"}, ["mini", "large"]),
    ],
)
def test_a_button_arranges_and_saves_nothing(
    page: Client, chain: Chain, button: dict[str, str], order: list[str]
) -> None:
    answer = send(page, timeout=["7", "8"], **button)
    assert answer.status_code == 200
    assert shown_order(answer.content.decode()) == order
    assert "Not saved yet" in words(answer.content.decode())
    assert members() == [("mini", 60, 1, 0), ("large", 60, 1, 0)]


@pytest.mark.parametrize(
    ("button", "focused"),
    [
        ({"up": "1"}, "down-large"),
        ({"down": "0"}, "up-mini"),
        ({"remove": "0"}, "out-large"),
        ({"remove": "1"}, "out-mini"),
        ({"add": "1"}, "add-model"),
        # The row that came.
        ({"add": "1", "added": "spare"}, "changed"),
    ],
)
def test_a_button_that_arranges_leaves_the_focus_in_the_form(
    page: Client, chain: Chain, button: dict[str, str], focused: str
) -> None:
    content = send(page, **button).content.decode()
    assert re.findall(r'id="([\w-]+)"(?: tabindex="-1" aria-label="[^"]+")? autofocus', content) == [focused]


@pytest.mark.parametrize(
    ("button", "row"),
    [({"up": "1"}, "large"), ({"remove": "0"}, "large"), ({"add": "1", "added": "spare"}, "spare")],
)
def test_without_javascript_the_answer_opens_at_the_row_that_was_changed(
    page: Client, chain: Chain, button: dict[str, str], row: str
) -> None:
    content = send(page, **button).content.decode()
    [changed] = re.findall(r'<li id="changed" tabindex="-1" aria-label="([\w-]+), number \d+"', content)
    assert changed == row
    # One row at the least, with three buttons, and the one that adds.
    assert content.count('formaction="/chains/default/edit/#changed"') >= 4


def test_what_was_typed_moves_with_its_model(page: Client, chain: Chain) -> None:
    content = send(page, timeout=["7", "8"], up="1").content.decode()
    assert content.index('id="timeout-1" name="timeout" inputmode="numeric" maxlength="6" autocomplete="off" value="8"')


def test_a_model_that_is_there_already_is_not_added_twice(page: Client, chain: Chain) -> None:
    assert "mini is there already" in words(send(page, add="1", added="mini").content.decode())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"timeout": ["0", "60"]}, "Enter a whole number from 1 to 3,600."),
        ({"timeout": ["soon", "60"]}, "Enter a whole number from 1 to 3,600."),
        ({"attempts": ["6", "1"]}, "Enter a whole number from 1 to 5."),
        ({"hops": "13"}, "Enter a whole number from 1 to 12."),
        ({"deadline": ""}, "Enter a whole number from 1 to 3,600."),
        ({"first": ["60", "50"]}, "“Asked first” is 110% together"),
        ({"model": [], "timeout": [], "attempts": [], "first": []}, "A chain needs at least one model."),
        ({"model": ["mini", "gone"]}, "model 'gone' is not declared."),
        ({"shown": "nonsense"}, "What this form began from is missing"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(
    page: Client, chain: Chain, changes: dict[str, Any], said: str
) -> None:
    answer = send(page, save="1", **{"attempts": ["3", "1"]} | changes)
    assert answer.status_code == 422
    assert said.lower() in words(answer.content.decode()).lower()
    assert members() == [("mini", 60, 1, 0), ("large", 60, 1, 0)]


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"hops": "99"}, "hops"),
        ({"hops": "99", "attempts": ["1", "x"]}, "attempts-2"),
        ({"timeout": ["60", "0"], "attempts": ["9", "1"]}, "attempts-1"),
        ({"first": ["60", "60"]}, "models-problem"),
    ],
)
def test_what_says_that_it_is_not_saved_leads_to_the_first_thing_wrong(
    page: Client, chain: Chain, changes: dict[str, Any], first: str
) -> None:
    content = send(page, save="1", **changes).content.decode()
    assert f'<a href="#{first}">What is wrong</a>' in content
    assert f'id="{first}"' in content


def test_two_editors_do_not_overwrite_each_other(page: Client, chain: Chain) -> None:
    mine = form(page)
    declare_chain("default", members=[Member("large"), Member("mini", timeout_seconds=5)], by=SYSTEM)
    answer = page.post(EDIT, mine | {"save": "1", "deadline": "45"})
    said = words(answer.content.decode())
    assert answer.status_code == 409
    assert "Changed while you were here" in said
    assert "Models mini, large → large, mini" in said
    assert "mini, time 60 s → 5 s" in said
    assert 'name="deadline" inputmode="numeric" maxlength="6" autocomplete="off" value="45"' in answer.content.decode()
    assert members() == [("large", 60, 1, 0), ("mini", 5, 1, 0)]


def test_what_the_other_changed_and_i_did_not_touch_stays_theirs(page: Client, chain: Chain) -> None:
    mine = form(page)
    declare_chain(
        "default", members=[Member("large"), Member("mini", timeout_seconds=5), Member("spare")], max_hops=3, by=SYSTEM
    )
    sent = mine | {"save": "1", "deadline": "45", "attempts": ["1", "2"]}
    refused = page.post(EDIT, sent)
    assert refused.status_code == 409
    assert page.post(EDIT, form_of(refused.content.decode()) | {"save": "1"}).status_code == 302
    chain.refresh_from_db()
    assert members() == [("large", 60, 2, 0), ("mini", 5, 1, 0), ("spare", 60, 1, 0)]
    assert (chain.deadline_seconds, chain.max_hops) == (45, 3)


def test_where_both_changed_the_same_it_is_mine(page: Client, chain: Chain) -> None:
    mine = form(page)
    declare_chain("default", members=[Member("mini", timeout_seconds=5)], by=SYSTEM)
    refused = page.post(EDIT, mine | {"save": "1", "timeout": ["7", "8"]})
    page.post(EDIT, form_of(refused.content.decode()) | {"save": "1"})
    assert members() == [("mini", 7, 1, 0), ("large", 8, 1, 0)]


def test_having_seen_the_others_change_the_same_button_goes_on(page: Client, chain: Chain) -> None:
    mine = form(page)
    declare_chain("default", members=[Member("large"), Member("mini", timeout_seconds=5)], by=SYSTEM)
    refused = page.post(EDIT, mine | {"save": "1", "deadline": "45"})
    shown = refused.context["shown"]
    assert page.post(EDIT, mine | {"save": "1", "deadline": "45", "shown": shown}).status_code == 302
    assert members() == [("mini", 60, 1, 0), ("large", 60, 1, 0)]


def test_saving_what_stands_changes_nothing(page: Client, chain: Chain, operator: Tenant) -> None:
    before = AuditEntry.objects.of(operator).count()
    send(page, save="1")
    assert "default stands so already." in text(page)
    assert AuditEntry.objects.of(operator).count() == before


def test_the_last_change_is_put_back(page: Client, chain: Chain, operator: Tenant) -> None:
    send(page, save="1", timeout=["30", "90"], deadline="60")
    assert "mini, time 60 s → 30 s" in text(page)
    change = AuditEntry.objects.of(operator).latest("seq").seq
    assert page.post("/chains/default/undo/", {"change": change}).status_code == 302
    chain.refresh_from_db()
    assert (members(), chain.deadline_seconds) == ([("mini", 60, 1, 0), ("large", 60, 1, 0)], 120)


def test_a_change_that_is_not_the_last_one_any_more_is_not_put_back(
    page: Client, chain: Chain, operator: Tenant
) -> None:
    send(page, save="1", deadline="60")
    change = AuditEntry.objects.of(operator).latest("seq").seq
    send(page, save="1", deadline="61")
    page.post("/chains/default/undo/", {"change": change})
    assert "Not put back" in text(page)
    chain.refresh_from_db()
    assert chain.deadline_seconds == 61


def test_a_chain_that_was_never_changed_has_nothing_to_put_back(page: Client, chain: Chain) -> None:
    assert "Put back as it was before" not in text(page)
    assert page.post("/chains/default/undo/", {"change": "1"}).status_code == 409


def test_a_new_chain_is_made(page: Client, chain: Chain) -> None:
    sent = form(page) | {"name": "fast", "save": "1"}
    assert page.post("/chains/~new/", sent).headers["Location"] == "/chains/fast/"
    assert list(ChainMember.objects.filter(chain__slug="fast").values_list("model__slug", flat=True)) == [
        "mini",
        "large",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Enter a name."),
        ("default", "There is a chain default already."),
        ("mini", "is the name of a model"),
        ("a b", "must be letters"),
        ("aiops-x", "aiops-"),
    ],
)
def test_a_name_that_cannot_be_is_said_beside_it(page: Client, chain: Chain, name: str, said: str) -> None:
    answer = page.post("/chains/~new/", form(page) | {"name": name, "save": "1"})
    assert answer.status_code == 422
    assert said in words(answer.content.decode())
    assert Chain.objects.count() == 1


def test_whoever_may_not_change_reads_it_and_has_no_form(reader: Client, chain: Chain) -> None:
    said = text(reader)
    assert "Engineers and admins can change it." in said
    assert "Save" not in said
    assert reader.post(EDIT, {"save": "1"}).status_code == 403
    assert reader.post("/chains/default/undo/", {"change": "1"}).status_code == 403
    assert reader.get("/chains/~new/").status_code == 403


def test_the_operators_chains_are_no_tenants_business(client: Client, stranger: User, chain: Chain) -> None:
    client.force_login(stranger)
    assert {client.get(path).status_code for path in ("/chains/", HOME, "/chains/nothing/")} == {403}


def test_a_chain_that_is_not_there_is_not_found(page: Client, chain: Chain) -> None:
    assert page.get("/chains/nothing/").status_code == 404
    assert page.post("/chains/nothing/edit/", {"save": "1"}).status_code == 404


def test_where_one_only_sends_the_page_is_shown_instead(page: Client, chain: Chain) -> None:
    assert page.get(EDIT).headers["Location"] == HOME
    assert page.put(EDIT).status_code == 405


def test_without_any_model_there_is_no_form_that_cannot_be_saved(page: Client, operator: Tenant) -> None:
    said = text(page, "/chains/~new/")
    assert "No model is declared yet" in said
    assert "aiops apply -f aiops.yaml" in said
    assert "Make this chain" not in said


@pytest.mark.parametrize("path", ["/chains/", "/chains/~new/"])
def test_what_an_empty_installation_is_told_to_declare_is_valid(page: Client, operator: Tenant, path: str) -> None:
    content = page.get(path).content.decode()
    example = re.search(r"<pre[^>]*>(.*?)</pre>", content, re.S)
    assert example is not None
    # A file and the command that brings it in, as they are typed.
    first, *lines, end, command = html.unescape(example[1]).splitlines()
    assert (first, end, command) == ("cat > aiops.yaml <<END", "END", "aiops apply -f aiops.yaml")
    assert document.read(yaml.safe_load("\n".join(lines)))[1] == []


def test_one_that_may_use_up_all_of_the_time_is_said_to_be_so_and_saved_all_the_same(
    page: Client, chain: Chain
) -> None:
    assert "is silent" not in text(page)
    answer = send(page, save="1", deadline="60")
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
    assert "While mini is silent, no model behind it is asked: it may take 60 seconds" in text(page)


def test_nothing_is_said_of_it_while_a_number_cannot_be_read(page: Client, chain: Chain) -> None:
    assert "is silent" in words(send(page, up="0", deadline="60").content.decode())
    assert "is silent" not in words(send(page, up="0", deadline="x").content.decode())
