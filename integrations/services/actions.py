"""Run an action: one way, whichever door is used."""

from datetime import datetime

from integrations import validating
from integrations.choosing import access_of, choose, find_action
from integrations.contract import Read
from integrations.faults import Fault, Garbled
from integrations.refusals import SystemRefused
from integrations.services.orders import Order, Outcome
from integrations.services.writing import write
from integrations.stopping import refuse_if_stopped
from integrations.vendors import ask
from tenants.refusals import Invalid
from tenants.scope import scope

__all__ = ["Order", "Outcome", "run"]


def run(order: Order, *, at: datetime) -> Outcome:
    """Read, or write through the ledger. Opens its own scopes: no transaction is open while the system is asked."""
    action = find_action(order.action)
    if (fault := validating.fault_of(action.takes, order.input)) is not None:
        raise Invalid("input", fault)
    return _read(action, order) if isinstance(action, Read) else write(action, order, at=at)


def _read(action: Read, order: Order) -> Outcome:
    with scope([order.tenant.pk]):
        connection = choose(order.tenant, action.system, slug=order.connection, environment=order.environment)
        refuse_if_stopped(order.asks(connection, writes=False))
        access = access_of(connection)
    try:
        output = ask(action.read, access, order.input)
        if (fault := validating.fault_of(action.gives, output)) is not None:
            raise Garbled(f"{connection.name} answered with something else than {action.name} gives: {fault}")
    except Fault as fault:
        raise SystemRefused(fault) from fault
    return Outcome(action, connection, output=output)
