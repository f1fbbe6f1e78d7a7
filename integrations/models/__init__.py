from integrations.models.connection import Connection
from integrations.models.entry import LedgerEntry, LedgerQuerySet

__all__ = ["Connection", "LedgerEntry", "LedgerQuerySet"]
