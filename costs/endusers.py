"""Whose call it was, in a form that says nothing without the installation's key."""

from functools import lru_cache
from uuid import UUID

from django.conf import settings

from aiops.lib.pseudonym import pseudonym


def user_key(tenant: UUID, user: str) -> UUID:
    """What calls store of a user id; the same id of another tenant has another."""
    return UUID(key_hex(str(tenant), user))


# Most calls are of people who called a moment ago.
@lru_cache(maxsize=1 << 16)
def key_hex(tenant: str, user: str) -> str:
    return pseudonym(settings.AIOPS_USER_KEY, tenant, user)
