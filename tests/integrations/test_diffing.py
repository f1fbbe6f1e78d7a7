import pytest

from integrations.diffing import Change, changes


def test_what_is_new_has_nothing_before() -> None:
    assert changes(None, {"party": "C-1", "note": ""}) == [Change("party", None, "C-1")]


def test_what_stays_is_no_change() -> None:
    assert changes({"state": "draft", "id": 1}, {"state": "cancelled", "id": 1}) == [
        Change("state", "draft", "cancelled")
    ]


def test_lines_are_counted_as_people_count() -> None:
    found = changes(None, {"lines": [{"quantity": 1}, {"quantity": 2}]})
    assert [each.field for each in found] == ["line 1, quantity", "line 2, quantity"]


def test_what_is_gone_is_told() -> None:
    assert changes({"lines": [{"quantity": 1}]}, {"lines": []})[-1] == Change("line 1, quantity", 1, None)


@pytest.mark.parametrize(("order", "first"), [(("b",), "b"), ((), "a")])
def test_the_actions_order_holds(order: tuple[str, ...], first: str) -> None:
    assert changes(None, {"a": 1, "b": 2}, order)[0].field == first
