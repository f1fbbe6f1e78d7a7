"""Which addresses a provider or a system may have."""

import asyncio

import pytest

from aiops.lib.addresses import fault_of, may_connect
from gateway.routing.connections import CheckedResolver


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://93.184.215.14:8080/v1",
        "https://[2606:2800:21f:cb07::1]/v1",
        "https://a.example",
    ],
)
def test_public_addresses_are_allowed(url: str) -> None:
    assert fault_of(url, allow_private=False) is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "localhost", "LOCALHOST.", "db.internal", "10.0.0.5",
        "172.16.0.1", "192.168.1.1", "100.64.0.1", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[2002:7f00:1::]",
        "[64:ff9b::a00:1]",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_unless_allowed(host: str) -> None:
    assert "allow_private" in (fault_of(f"http://{host}/v1", allow_private=False) or "")
    assert fault_of(f"http://{host}/v1", allow_private=True) is None


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]", "[::]", "240.0.0.1"])  # noqa: S104
def test_some_addresses_are_never_a_providers(host: str) -> None:
    assert fault_of(f"http://{host}/v1", allow_private=True)


@pytest.mark.parametrize(
    "url",
    ["", "api.openai.com", "ftp://a.example", "https://", "https://user:word@a.example", "https://a.example/?k=1",
     "https://a.example:port", "https://a.example/#x", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    assert fault_of(url, allow_private=True)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://user:word@a.example/?k=1", "it must hold no user and no password."),
        ("https://a.example/?k=1", "it must hold no query; keys have a field of their own."),
        ("https://a.example/#x", "it must hold no fragment."),
        ("http://169.254.169.254/", "169.254.169.254 is link-local, multicast or reserved: nothing is sent there."),
    ],
)
def test_what_is_wrong_is_said_in_words_that_fit_any_address(url: str, told: str) -> None:
    assert fault_of(url, allow_private=True) == told


@pytest.mark.parametrize(("address", "allowed"), [("93.184.215.14", True), ("10.0.0.1", False), ("nonsense", False)])
def test_what_a_name_resolves_to_is_looked_at_too(address: str, allowed: bool) -> None:
    assert may_connect(address, allow_private=False) is allowed


def test_a_name_that_was_pointed_inwards_is_not_connected_to() -> None:
    async def resolve() -> None:
        await CheckedResolver(allow_private=False).resolve("localhost", 80)

    with pytest.raises(OSError, match="may not have"):
        asyncio.run(resolve())
