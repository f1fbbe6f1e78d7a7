import json
from io import StringIO
from typing import Any

from django.core.management import call_command


def bootstrap(*options: str) -> dict[str, Any]:
    """What its last line says."""
    out = StringIO()
    call_command("bootstrap", *options, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return told
