"""What a case brings to answer from, as a call's `sources`."""

from typing import Any, Final

from evals.suites.model import Case
from evals.suites.values import NotJson, read_json

VARIABLE: Final = "sources"


def sources_of(case: Case) -> Any:
    """Its variable `sources`: a list of {id, text, title}, or its JSON. None: it has none, and the call is an
    ordinary one."""
    given = case.vars.get(VARIABLE)
    if not isinstance(given, str):
        return given
    try:
        return read_json(given)
    except NotJson:
        # The gateway says what is wrong with it.
        return given
