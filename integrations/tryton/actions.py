"""All that this system can be asked."""

from typing import Final

from integrations.tryton.parties import READ_PARTY
from integrations.tryton.sales import CANCEL_SALE, DRAFT_SALE

ACTIONS: Final = (READ_PARTY, DRAFT_SALE, CANCEL_SALE)
