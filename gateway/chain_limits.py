"""How long a chain may be. Pure."""

from typing import Final

MOST_MEMBERS: Final = 8
