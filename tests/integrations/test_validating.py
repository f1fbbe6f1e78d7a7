"""What does not fit an action is told in words, and not by echoing what was sent."""

from typing import Any

import pytest

from integrations.tryton.schemas import DRAFT_SALE, READ_PARTY
from integrations.validating import fault_of

LINE: dict[str, Any] = {"description": "Robot arm", "quantity": 2, "unit_price": "10.00"}


def sale(**line: Any) -> dict[str, Any]:
    return {"party": "C-001", "lines": [LINE | line]}


@pytest.mark.parametrize(
    ("schema", "given", "told"),
    [
        (READ_PARTY, {}, "give either code or name."),
        (DRAFT_SALE, sale(quantity=-1), "lines[0].quantity: -1 is not allowed; more than 0 is."),
        (DRAFT_SALE, {"party": "C-001", "lines": []}, "lines: it has 0 entries; at least 1 are allowed."),
        (DRAFT_SALE, {"party": "C-001", "lines": [LINE] * 51}, "lines: it has 51 entries; at most 50 are allowed."),
        (
            DRAFT_SALE,
            {"party": "C-001", "lines": [{"quantity": 1, "unit_price": 1}]},
            "lines[0]: give product or description.",
        ),
    ],
)
def test_it_says_what_is_allowed(schema: dict[str, Any], given: dict[str, Any], told: str) -> None:
    assert fault_of(schema, given) == told


def test_a_long_value_is_not_echoed() -> None:
    told = fault_of(DRAFT_SALE, {"party": "C-001", "lines": "x" * 5000})
    assert told is not None
    assert told.startswith("lines: 'xxx")
    assert told.endswith("… is not of type 'array'.")
    assert len(told) < 130
