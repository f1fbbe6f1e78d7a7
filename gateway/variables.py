"""Which variables of the gateway's environment may hold a provider's key: whatever one holds goes out to its address.

Pure.
"""

from typing import Final

_OUR_OWN: Final = frozenset({"SECRET_KEY", "REDIS_URL"})
_OUR_OWN_BEGIN: Final = ("AIOPS_", "DATABASE")
# What opens machines and clouds is no provider's, though it ends in _KEY too.
_OTHERS: Final = ("PRIVATE_KEY", "ACCESS_KEY", "SSH_KEY")


def fault_of(name: str) -> str | None:
    """Why this one may not; None when it may."""
    # Settings are read from files too.
    plain = name.strip().upper().removesuffix("_FILE")
    if plain in _OUR_OWN or plain.startswith(_OUR_OWN_BEGIN):
        return f"{name} is one of this product's own secrets and settings; name a variable that holds only this key."
    if not plain.endswith("_KEY") or plain.endswith(_OTHERS):
        return f"{name} is not named as a provider's key is: …_API_KEY, or at least …_KEY."
    return None
