from decimal import Decimal

import pytest

from aiops.lib import decimals


@pytest.mark.parametrize("text", ["250", "0.50", ".5", "5.", "-1", "+1", " 2 ", "1e3", "1.5E-7"])
def test_what_people_write_is_read(text: str) -> None:
    assert decimals.read(text) == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", ".", "1_0", "\u0665", "\uff15", "NaN", "Infinity", "-inf", "1,000", "1e9999", "0x1", "1 0", "--1"]
)
def test_what_only_python_would_read_is_not(text: str) -> None:
    assert decimals.read(text) is None
