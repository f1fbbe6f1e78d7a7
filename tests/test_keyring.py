import base64

import pytest

from aiops.lib import keyring

KEY = base64.b64encode(bytes(range(32))).decode()


def test_the_first_key_is_the_current_one() -> None:
    ring = keyring.parse(f"k2:{KEY}, k1:{KEY}")
    assert list(ring) == ["k2", "k1"]
    assert ring["k1"] == bytes(range(32))


@pytest.mark.parametrize("text", ["", " , ", "k1", KEY, "k1:c2hvcnQ=", f":{KEY}", "k1:not base64!", f"k1:{KEY},k2:"])
def test_what_is_none_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(keyring.BadKeyring) as caught:
        keyring.parse(text)
    assert str(caught.value) == "allowed: id:base64 of 32 bytes, more after commas, newest first"
