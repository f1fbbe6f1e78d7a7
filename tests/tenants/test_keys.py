import pytest

from tenants import keys


def test_a_minted_key_parses_back_to_itself() -> None:
    minted = keys.mint("production")
    assert keys.parse(str(minted)) == minted


def test_its_hash_matches_its_secret_and_no_other() -> None:
    minted, other = keys.mint("production"), keys.mint("production")
    assert keys.matches(minted.secret, minted.secret_hash)
    assert not keys.matches(other.secret, minted.secret_hash)


@pytest.mark.parametrize(
    "text", ["", "aiops", "sk-something", "aiops_production_a_b_00000000", "aiops_production_a_b", "_" * 9]
)
def test_what_cannot_be_a_key_is_none(text: str) -> None:
    assert keys.parse(text) is None


def test_one_mistyped_letter_is_caught_by_the_checksum() -> None:
    text = str(keys.mint("production"))
    assert keys.parse(text.replace(text[20], "x" if text[20] != "x" else "y", 1)) is None
