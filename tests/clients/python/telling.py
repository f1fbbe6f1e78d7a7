"""What a client's script got, for the test that started it: the last line of its output."""

import json
import os
import time
from collections.abc import Callable
from typing import Any

QUESTION = "How do I send a parcel back?"
# Of tenants that are stopped, and that have spent their budget.
STOPPED_KEY, POOR_KEY = os.environ["STOPPED_KEY"], os.environ["POOR_KEY"]


def raised_by(call: Callable[[], object]) -> dict[str, Any]:
    """What a developer sees when it fails, and how long that took; of what does not fail, what came."""
    began = time.monotonic()
    try:
        came = call()
    except Exception as fault:
        return {
            "type": type(fault).__name__,
            "text": str(fault),
            "status": getattr(fault, "status_code", None),
            "seconds": time.monotonic() - began,
        }
    return {"type": None, "came": came, "seconds": time.monotonic() - began}


def tell(**told: Any) -> None:
    print(json.dumps(told, default=str))
