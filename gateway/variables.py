"""Which variables of the gateway's environment may hold a provider's key: whatever one holds goes out to its address.

Pure.
"""

from typing import Final

_OUR_OWN: Final = frozenset({"SECRET_KEY", "REDIS_URL"})
_OUR_OWN_BEGIN: Final = ("AIOPS_", "DATABASE")


def fault_of(name: str) -> str | None:
    """Why this one may not; None when it may."""
    # Settings are read from files too.
    plain = name.strip().upper().removesuffix("_FILE")
    if plain in _OUR_OWN or plain.startswith(_OUR_OWN_BEGIN):
        return f"{name} is one of this product's own secrets and settings; name a variable that holds only this key."
    return None
