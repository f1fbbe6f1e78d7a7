"""The one way into a vendor's code: whatever it trips over is an answer that was not understood."""

import logging
from collections.abc import Callable

from integrations.faults import Fault, Garbled

log = logging.getLogger(__name__)


def ask[**P, T](call: Callable[P, T], *arguments: P.args, **more: P.kwargs) -> T:
    """Faults only: a row without its id must not leave a write that nobody looks after."""
    try:
        return call(*arguments, **more)
    except Fault:
        raise
    except Exception as broken:
        log.exception("vendor.tripped call=%s", call.__qualname__)
        raise Garbled("It answered with something that cannot be understood.") from broken
