"""The text of an API key: `aiops_<environment>_<id>_<secret>_<crc32>`. Pure."""

import hashlib
import hmac
import secrets
import zlib
from dataclasses import dataclass

# In the place of the environment, of a key that opens the console's API and no gateway.
CONSOLE = "console"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class KeyText:
    environment: str
    id: str
    secret: str

    def __str__(self) -> str:
        body = f"aiops_{self.environment}_{self.id}_{self.secret}"
        return f"{body}_{_checksum(body)}"

    @property
    def last_four(self) -> str:
        return self.secret[-4:]

    @property
    def secret_hash(self) -> bytes:
        return hash_of(self.secret)


def mint(environment: str) -> KeyText:
    return KeyText(environment, _random(12), _random(40))


def parse(text: str) -> KeyText | None:
    """None when it cannot be a key: a typo is caught by the checksum, before any look-up."""
    body, _, checksum = text.rpartition("_")
    parts = body.split("_")
    if len(parts) != 4 or parts[0] != "aiops" or _checksum(body) != checksum:
        return None
    return KeyText(*parts[1:])


def hash_of(secret: str) -> bytes:
    # 40 random characters: nothing to guess, so a plain hash is enough and costs a gateway call 1 µs.
    return hashlib.sha256(secret.encode()).digest()


def matches(secret: str, secret_hash: bytes) -> bool:
    return hmac.compare_digest(hash_of(secret), secret_hash)


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
