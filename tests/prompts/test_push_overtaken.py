"""What happens beside a push while it is reckoned, before anything is locked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from prompts import services
from prompts.models import Prompt
from prompts.services import Entry, pushing
from prompts.services.drafting import draft_all
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.refusals import Conflict
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.prompts.factories import AT, go_back, lanes, make_bundle, make_release, make_version


def in_a_connection_of_its_own(act: Callable[[], object]) -> None:
    try:
        with scope(ALL):
            act()
    finally:
        connection.close()


def test_what_another_push_kept_meanwhile_is_what_the_lines_are_counted_against(
    operator: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_version("one\ntwo", name="a")

    def overtaken(entries: Any) -> Any:
        drafts = draft_all(entries)
        monkeypatch.undo()
        make_version("one\ntwo\nthree", name="a")
        return drafts

    monkeypatch.setattr(pushing, "draft_all", overtaken)
    (pushed,) = services.push_all([Entry("a", make_bundle("one\ntwo\nthree\nfour"))], by=SYSTEM, at=AT)
    assert (pushed.version.number, pushed.version.lines_added, pushed.version.lines_removed) == (3, 1, 0)


def test_where_others_push_the_same_all_the_while_it_is_said_and_nothing_kept(
    operator: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = iter(map(str, range(99)))

    def overtaken(entries: Any) -> Any:
        drafts = draft_all(entries)
        with monkeypatch.context() as calm:
            calm.setattr(pushing, "draft_all", draft_all)
            make_version(next(texts), name="a")
        return drafts

    monkeypatch.setattr(pushing, "draft_all", overtaken)
    with pytest.raises(Conflict, match="push again"):
        services.push_all([Entry("a", make_bundle("mine")), Entry("b", make_bundle("b"))], by=SYSTEM, at=AT)
    assert not Prompt.objects.filter(name="b").exists()


def test_a_rollback_does_not_wait_for_what_a_push_reckons(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with scope(ALL):
        make_operator()
        first, second = make_version("one"), make_version("two")
        make_release(first)
        make_release(second)

    def go_back_in_its_midst(entries: Any) -> Any:
        drafts = draft_all(entries)
        with ThreadPoolExecutor(1) as threads:
            threads.submit(in_a_connection_of_its_own, go_back).result(30)
        return drafts

    monkeypatch.setattr(pushing, "draft_all", go_back_in_its_midst)
    with scope(ALL):
        services.push_all([Entry("b", make_bundle("b"))], by=SYSTEM, at=AT)
        assert lanes() == ("v1", None)
