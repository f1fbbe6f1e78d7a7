"""Answers at rest: AES-256-GCM under a key of the tenant's, which follows from the installation's keyring.

No key is read from PostgreSQL for it: this is on the way of a call.
"""

import hmac
import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenants import secrets

_NONCE: Final = 12


def seal(data: bytes, *, tenant: UUID, place: str) -> bytes:
    """`place`: where it is kept, and for which call; elsewhere it does not open."""
    key_id, wrapping = next(iter(secrets.keyring().items()))
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(wrapping, tenant)).encrypt(nonce, data, place.encode())
    return b"%b:%b%b" % (key_id.encode(), nonce, sealed)


def open_sealed(sealed: bytes, *, tenant: UUID, place: str) -> bytes | None:
    """None: its key has left the keyring, or it was moved or altered."""
    key_id, _, rest = sealed.partition(b":")
    wrapping = secrets.keyring().get(key_id.decode("utf-8", "replace"))
    if wrapping is None:
        return None
    try:
        return AESGCM(_key(wrapping, tenant)).decrypt(rest[:_NONCE], rest[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        return None


def _key(wrapping: bytes, tenant: UUID) -> bytes:
    return hmac.digest(wrapping, b"kept-answers|" + tenant.bytes, "sha256")
