"""Open files, of which the system gives a process few unless it asks."""

import logging
import resource
from typing import Final

log = logging.getLogger(__name__)

# The caller's connection and the provider's.
_A_CALL: Final = 2
# The journal, Redis, PostgreSQL, and connections that are kept.
_OTHERS: Final = 256


def raise_limit(calls: int) -> int:
    """As many as the system allows; says so when they are too few for so many calls."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    needed = _A_CALL * calls + _OTHERS
    if hard != resource.RLIM_INFINITY and hard < needed:
        log.warning(
            "gateway.few_files limit=%d needed=%d: raise the limit of open files (ulimit -n, LimitNOFILE), or lower "
            "AIOPS_GATEWAY_MAX_CALLS", hard, needed,
        )  # fmt: skip
    return hard
