"""A value of a case as a page shows it. Pure."""

from typing import Any

from evals.suites import canonical


def plain(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else canonical.text(value)
