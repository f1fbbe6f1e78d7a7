from integrations.models.connection import Connection
from integrations.models.entry import LedgerEntry

__all__ = ["Connection", "LedgerEntry"]
