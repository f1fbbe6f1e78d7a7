"""Secrets at rest: AES-256-GCM under a key per tenant, which the installation's keyring wraps."""

import os
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from aiops.lib.keyring import parse
from tenants.models import DataKey

_NONCE = 12
# Of a shorter key four characters are a third or more.
_LONG_ENOUGH = 12


class Unreadable(Exception):
    """A stored secret does not open: wrong keyring, or it was moved from where it was written."""


def encrypt(text: str, *, tenant: UUID, place: str) -> bytes:
    """`place` is table|column|row: a ciphertext copied to another row does not open there."""
    return _seal(_data_key(tenant), text.encode(), f"{tenant}|{place}")


def decrypt(sealed: bytes, *, tenant: UUID, place: str) -> str:
    return _open(_data_key(tenant), sealed, f"{tenant}|{place}").decode()


def last_four(secret: str) -> str:
    """What tells a stored key from another; nothing of a short one, of which it would be too much."""
    return secret[-4:] if len(secret) >= _LONG_ENOUGH else ""


def keyring() -> Mapping[str, bytes]:
    """Wrapping keys by id; the first is the current one."""
    return parse(settings.AIOPS_KEYRING)


def _data_key(tenant: UUID) -> bytes:
    ring = keyring()
    current = next(iter(ring))
    fresh = _seal(ring[current], os.urandom(32), f"data-key|{tenant}")
    stored, _ = DataKey.objects.get_or_create(tenant_id=tenant, defaults={"keyring_id": current, "wrapped": fresh})
    if stored.keyring_id not in ring:
        raise Unreadable(f"AIOPS_KEYRING lacks key {stored.keyring_id!r}.")
    return _open(ring[stored.keyring_id], bytes(stored.wrapped), f"data-key|{tenant}")


def _seal(key: bytes, data: bytes, place: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def _open(key: bytes, sealed: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except InvalidTag as fault:
        raise Unreadable(f"The secret at {place} does not open with this keyring.") from fault
