from integrations.services.actions import Order, Outcome, run
from integrations.services.connections import Draft, change, connect, disconnect
from integrations.services.deciding import approve, decline
from integrations.services.reconciling import reconcile
from integrations.services.testing import keep_fresh, test
from integrations.services.undoing import undo

__all__ = [
    "Draft",
    "Order",
    "Outcome",
    "approve",
    "change",
    "connect",
    "decline",
    "disconnect",
    "keep_fresh",
    "reconcile",
    "run",
    "test",
    "undo",
]
