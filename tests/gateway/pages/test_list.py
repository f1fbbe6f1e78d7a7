"""All chains at a glance."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gateway.models import Chain, ChainDrill
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.gateway.pages.asking import text

LIST = "/chains/"


def make_drill(chain: Chain, *, passed: bool, trouble: str = "", members: Sequence[str] = ()) -> ChainDrill:
    at = datetime.now(UTC)
    return ChainDrill.objects.create(
        chain=chain,
        started_at=at,
        finished_at=at,
        started_by="Ada",
        total=1,
        passed=passed,
        trouble=trouble,
        members=list(members),
    )


def test_a_chain_without_a_proven_second_model_is_marked(page: Client, chain: Chain) -> None:
    said = text(page, LIST)
    assert "1 chain has no proven second model." in said
    assert "Not proven No suite judges a prompt that names it" in said


def test_a_chain_of_one_model_says_that_it_has_no_second(page: Client, chain: Chain) -> None:
    declare_chain("lonely", members=[Member("mini")], by=SYSTEM)
    assert "It has no second model" in text(page, LIST)


def test_a_drill_that_did_not_pass_is_marked(page: Client, chain: Chain) -> None:
    make_drill(chain, passed=True)
    assert "Passed" in text(page, LIST)
    make_drill(chain, passed=False, trouble="gateway-1: nobody answered.")
    assert "Not passed" in text(page, LIST)


def test_a_drill_of_other_models_is_told_as_such(page: Client, chain: Chain) -> None:
    drill = make_drill(chain, passed=True)
    ChainDrill.objects.filter(pk=drill.pk).update(members=chain.labels())
    assert "of other models" not in text(page, LIST)
    declare_chain("default", members=[Member("large"), Member("mini")], by=SYSTEM)
    assert "of other models" in text(page, LIST)


def test_members_and_who_begins_for_a_share_are_listed(page: Client, chain: Chain) -> None:
    declare_chain("default", members=[Member("mini"), Member("large", first_percent=5)], by=SYSTEM)
    assert "large first for 5%" in text(page, LIST)


def test_it_asks_the_database_no_more_for_many_chains_than_for_one(page: Client, chain: Chain) -> None:
    with CaptureQueriesContext(connection) as for_one:
        page.get(LIST)
    for number in range(12):
        declare_chain(f"chain-{number}", members=[Member("mini"), Member("large")], by=SYSTEM)
    with CaptureQueriesContext(connection) as for_many:
        page.get(LIST)
    assert len(for_many) <= len(for_one)


def test_the_same_as_csv_has_a_row_for_each_member(page: Client, chain: Chain) -> None:
    answer = page.get("/chains/~all.csv")
    lines = b"".join(answer).decode().splitlines()
    assert [line.split(",")[:3] for line in lines[-2:]] == [["default", "1", "mini"], ["default", "2", "large"]]


def test_an_installation_without_chains_is_told_how_to_make_one(page: Client, operator: Tenant) -> None:
    assert "No chains yet" in text(page, LIST)


@pytest.mark.parametrize(("query", "found"), [("defau", "default"), ("larg", "Chain that asks large")])
def test_the_search_finds_a_chain_by_its_name_and_by_its_models(
    page: Client, chain: Chain, query: str, found: str
) -> None:
    assert found in text(page, f"/find/?q={query}")


def test_the_search_shows_them_to_no_tenants_people(client: Client, stranger: User, chain: Chain) -> None:
    client.force_login(stranger)
    assert "/chains/" not in client.get("/find/?q=default").content.decode()


def test_a_tenants_people_are_told_for_whom_the_page_is(client: Client, stranger: User, chain: Chain) -> None:
    client.force_login(stranger)
    said = text(client, LIST)
    assert "This page is for the staff of this installation’s operator" in said
    assert "An admin of this installation can change that." not in said


def test_the_rail_leads_to_them(reader: Client, chain: Chain) -> None:
    assert '<a href="/chains/" aria-current="page">' in reader.get(LIST).content.decode()
