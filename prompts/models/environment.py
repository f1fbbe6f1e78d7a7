"""How environments are called: `production`."""

from typing import Final

from django.db.models import Q

# Of the whole name.
PLAIN: Final = "[a-z0-9-]{1,30}"


def is_plain(field: str = "environment") -> Q:
    return Q(**{f"{field}__regex": f"^{PLAIN}$"})
