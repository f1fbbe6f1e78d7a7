from django.test import Client

from tenants.models import Tenant
from tests.costs.calls.asking import NEWS, text
from tests.costs.calls.conftest import Make


def test_new_calls_are_counted_and_not_shown_by_themselves(page: Client, make: Make, globex: Tenant) -> None:
    last = make(5).call.id
    assert text(page.get(NEWS, {"after": str(last)})) == ""
    make(2), make(1)
    make(1, tenant=globex)
    answer = page.get(NEWS, {"after": str(last), "tenant": "acme"})
    assert "2 new" in text(answer)
    assert 'href="?tenant=acme"' in text(answer)


def test_who_follows_is_told_that_new_ones_wait_while_they_read(page: Client, make: Make) -> None:
    last = make(5).call.id
    make(1)
    answer = text(page.get(NEWS, {"after": str(last), "live": "yes"}))
    assert "Paused while you read" in answer
    assert "1 new" in answer
    assert 'href="?live=yes"' in answer


def test_very_many_are_not_counted_to_the_end(page: Client, make: Make) -> None:
    last = make(5).call.id
    for number in range(51):
        make(4 - number / 100)
    assert "More than 50 new" in text(page.get(NEWS, {"after": str(last)}))


def test_what_was_told_is_not_sent_again(page: Client, make: Make) -> None:
    last = make(5).call.id
    make(1)
    first = page.get(NEWS, {"after": str(last)})
    again = page.get(NEWS, {"after": str(last)}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make(0.5)
    assert page.get(NEWS, {"after": str(last)}, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_without_a_call_to_begin_from_it_asks_no_more(page: Client, acme: Tenant) -> None:
    assert page.get(NEWS).status_code == 286
