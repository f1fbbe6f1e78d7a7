"""The process beside: work on texts of others that may run for ever, each piece within a second of processor time.

A pattern such as `(a+)+b` can keep a processor busy for years, a template for minutes, and Python holds its lock
meanwhile. Here an alarm by processor time ends it: `re` looks for signals while it searches. Started by `bounded`.
"""

import json
import re
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import FrameType
from typing import Any, Final

from evals.scoring import found_json, js_patterns, quotes, schemas, templates
from evals.scoring.checks import CannotTell
from evals.scoring.printing import units

SECONDS: Final = 1.0
_MEMORY: Final = 2 * 1024**3


class _TooLong(BaseException):
    """Not an Exception: whoever catches those in between must not swallow it."""


def searched(pattern: str, text: str) -> bool | None:
    """None when JavaScript refuses the pattern."""
    compiled = _compiled(pattern)
    return None if compiled is None else compiled.search(units(text)) is not None


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(js_patterns.translated(pattern))
    except js_patterns.Invalid:
        return None
    except js_patterns.Unknown as fault:
        raise CannotTell(f"the pattern is of a kind that we do not know: {fault}") from fault
    except re.error as fault:
        if any(told in fault.msg for told in _VALID_THERE):
            raise CannotTell(f"the pattern is of a kind that we do not know: {fault}") from fault
        return None


# What Python says of patterns that are valid in JavaScript.
_VALID_THERE: Final = ("look-behind", "open group", "invalid group reference", "redefinition", "unknown group name")
WORK: Final[Mapping[str, Callable[..., Any]]] = {
    "search": searched,
    "conforms": schemas.conforms,
    "objects": found_json.objects,
    "last_object": found_json.last_object,
    "conforming_object": found_json.has_conforming,
    "quotes": quotes.findings,
    "rendered": templates.rendered,
    "settled": templates.settled,
}


def serve() -> None:
    """A line in, a line out, until the input ends."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGPROF, _stop)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(*json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(name: str, arguments: list[Any]) -> dict[str, Any]:
    try:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        found = WORK[name](*arguments)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except _TooLong:
        return {"untold": f"it takes more than {SECONDS:g} s."}
    except CannotTell as fault:
        return {"untold": str(fault)}
    except MemoryError:
        return {"untold": "it takes too much memory."}
    except RecursionError:
        return {"untold": "it is nested too deeply."}
    except Exception as fault:
        return {"untold": f"{type(fault).__name__}: {fault}"}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {"found": found}


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong
