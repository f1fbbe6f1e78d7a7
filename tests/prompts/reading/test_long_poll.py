"""A question for a prompt that is held until something else is served."""

import time
from datetime import UTC, datetime

import pytest

from tenants import services
from tenants.actors import SYSTEM
from tenants.models import ApiKey, Role
from tenants.scope import ALL, scope
from tenants.services import NewKey
from tests.factories import make_key, make_tenant
from tests.prompts.factories import make_version
from tests.prompts.reading.conftest import Released
from tests.prompts.reading.consoles import Console, running_console


def test_who_has_something_else_is_answered_at_once(console: Console, released: Released) -> None:
    answer = console.read(released.token, etag='"of another version"', wait=60)
    assert (answer.status_code, answer.json()["version"]) == (200, released.one.hash)


def test_who_has_nothing_yet_is_answered_at_once(console: Console, released: Released) -> None:
    assert console.read(released.token, wait=60).json()["version"] == released.one.hash


def test_who_does_not_wait_is_told_at_once_that_nothing_changed(console: Console, released: Released) -> None:
    answer = console.read(released.token, etag=released.etag)
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", released.etag)


def test_a_release_ends_the_wait_with_what_is_served_now(console: Console, released: Released) -> None:
    waiting = console.waiting(released.token, released.etag)
    released.release(released.two)
    answer = waiting.result(timeout=10)
    assert (answer.status_code, answer.json()["version"]) == (200, released.two.hash)
    assert answer.headers["ETag"] == f'"{released.two.hash}"'


def test_without_redis_a_release_ends_the_wait_as_well(deaf_console: Console, released: Released) -> None:
    waiting = deaf_console.waiting(released.token, released.etag)
    released.release(released.two)
    assert waiting.result(timeout=10).json()["version"] == released.two.hash


def test_a_release_to_one_tenant_ends_its_wait(console: Console, released: Released) -> None:
    with scope(ALL):
        make_tenant("acme")
    waiting = console.waiting(released.token, released.etag, tenant="acme")
    released.release(released.two, to="acme")
    assert waiting.result(timeout=10).json()["version"] == released.two.hash
    assert console.read(released.token).json()["version"] == released.one.hash


def test_a_head_waits_too(console: Console, released: Released) -> None:
    waiting = console.waiting(released.token, released.etag, method="HEAD")
    released.release(released.two)
    answer = waiting.result(timeout=10)
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (200, b"", f'"{released.two.hash}"')


def test_each_of_many_who_wait_is_answered(console: Console, released: Released) -> None:
    waiting = [console.waiting(released.token, released.etag, wait=seconds) for seconds in (20, 20, 21)]
    released.release(released.two)
    assert {each.result(timeout=10).json()["version"] for each in waiting} == {released.two.hash}


def test_what_happens_elsewhere_ends_no_wait(console: Console, released: Released) -> None:
    waiting = console.waiting(released.token, released.etag, wait=3)
    with scope(ALL):
        released.release(make_version("another", name="farewell"))
    assert waiting.result(timeout=10).status_code == 304


def test_when_nothing_comes_the_answer_is_304(console: Console, released: Released) -> None:
    began = time.monotonic()
    answer = console.read(released.token, etag=released.etag, wait=1)
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", released.etag)
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("wait", ["abc", "-1", "3600", "61", "1.5", "30s", "½"])
def test_a_wait_that_cannot_be_is_refused(console: Console, released: Released, wait: str) -> None:
    answer = console.read(released.token, etag=released.etag, wait=wait)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert "wait" in answer.json()["error"]["detail"]


def test_a_key_that_is_revoked_meanwhile_gets_no_content(console: Console, released: Released) -> None:
    waiting = console.waiting(released.token, released.etag)
    revoke(released.key)
    released.release(released.two)
    answer = waiting.result(timeout=10)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "authentication_failed")


def test_keys_of_one_role_that_wait_together_are_let_in_each_by_itself(console: Console, released: Released) -> None:
    every = [another_key(released) for _ in range(3)]
    waiting = [console.waiting(made.text, released.etag) for made in every]
    revoke(every[0].key)
    released.release(released.two)
    answers = [each.result(timeout=10) for each in waiting]
    assert [answer.status_code for answer in answers] == [401, 200, 200]
    assert {answer.json()["version"] for answer in answers[1:]} == {released.two.hash}


def test_a_key_that_is_unknown_does_not_wait(console: Console, released: Released) -> None:
    assert console.read("aiops_console_x_y_00000000", etag=released.etag, wait=60).status_code == 401


def test_a_prompt_that_is_nowhere_is_not_waited_for(console: Console, released: Released) -> None:
    answer = console.read(released.token, etag=released.etag, wait=60, environment="staging")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_told_to_end_the_server_answers_whoever_waits(released: Released) -> None:
    with running_console() as console:
        waiting = console.waiting(released.token, released.etag)
        console.end()
        answer = waiting.result(timeout=4)
        console.process.wait(timeout=4)
    assert (answer.status_code, answer.headers["Retry-After"]) == (304, "1")


def another_key(released: Released) -> NewKey:
    with scope(ALL):
        return make_key(released.operator, role=Role.ENGINEER)


def revoke(key: ApiKey) -> None:
    with scope(ALL):
        assert services.revoke_key(key, by=SYSTEM, at=datetime.now(UTC))
