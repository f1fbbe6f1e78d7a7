"""Which addresses the console and its gateways may speak to: they must not be a way into our own network. Pure."""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import urlsplit

# As the API and files have it; pages and commands say their own instead.
ALLOW_IT: Final = "set allow_private to allow it"
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")
_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Carriers' shared space is neither private nor global to the library's eye of every version.
_SHARED = ipaddress.ip_network("100.64.0.0/10")


def fault_of(url: str, *, allow_private: bool) -> str | None:
    """Why this cannot be an address to speak to; None when it can."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{url!r} is not an address."
    if parts.scheme not in {"http", "https"} or not host:
        return f"{url!r} must begin with https:// or http:// and name a host."
    if parts.username or parts.password:
        return "it must hold no user and no password."
    if parts.query or parts.fragment:
        return f"it must hold no {'query; keys have a field of their own' if parts.query else 'fragment'}."
    return _fault_of_host(host, allow_private=allow_private)


def origin_of(url: str) -> str:
    """The server that an address is of: its scheme, host and port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return f"{parts.scheme}://{host}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def may_connect(address: str, *, allow_private: bool) -> bool:
    """Asked again for what a name resolves to, when a connection is made: names can be pointed elsewhere later."""
    ip = _ip(address)
    return ip is not None and _fault_of_ip(ip, allow_private=allow_private) is None


def _fault_of_host(host: str, *, allow_private: bool) -> str | None:
    ip = _ip(host)
    if ip is not None:
        return _fault_of_ip(ip, allow_private=allow_private)
    if not allow_private and _is_local_name(host):
        return f"{host} is a name of this machine or network; {ALLOW_IT}."
    return None


def _fault_of_ip(ip: IPv4Address | IPv6Address, *, allow_private: bool) -> str | None:
    ip = _embedded(ip)
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local or (ip.is_reserved and not ip.is_loopback):
        return f"{ip} is link-local, multicast or reserved: nothing is sent there."
    if not allow_private and (not ip.is_global or ip in _SHARED):
        return f"{ip} is in a private range; {ALLOW_IT}."
    return None


def _is_local_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        # 127.1, 0x7f000001 and 2130706433 are addresses too, to whoever connects.
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
