"""What was asked and cannot be: carries its facts; every door turns it into an answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, override


class Refused(Exception):
    """`code` is for programs, `detail` for people: what happened and what to do."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    code: str = "refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
        # More for programs, beside the code.
        self.more: Mapping[str, Any] = {}

    @property
    def sentence(self) -> str:
        """For a page: the detail, without a field's name."""
        return self.detail

    @property
    def told(self) -> str:
        """For a page without the field in sight: the sentence, behind the field's label if there is one."""
        return self.sentence


class NotAllowed(Refused):
    status = HTTPStatus.FORBIDDEN
    code = "not_allowed"


class NotFound(Refused):
    """Not there, or not yours: the same answer."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class Conflict(Refused):
    status = HTTPStatus.CONFLICT
    code = "conflict"


class Invalid(Refused):
    """A value that cannot be: names the field and what is allowed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field

    @property
    @override
    def sentence(self) -> str:
        said = self.detail.removeprefix(f"{self.field}: ")
        return f"{said[:1].upper()}{said[1:]}"

    @property
    @override
    def told(self) -> str:
        return f"{label_of(self.field)}: {self.sentence}"


# Fields that programs call otherwise than forms do.
_LABELS: Final = {
    "amount_usd": "Amount",
    "api_key_env": "Environment variable of the key",
    "at_once": "At once",
    "before": "Rows before",
    "by": "Grouping",
    "chain": "Name of the chain",
    "deadline_seconds": "Time for all attempts",
    "first_percent": "Share of the calls",
    "head": "Version",
    "max_hops": "Attempts",
    "members": "Models",
    "min_confidence": "Threshold",
    "override": "Reason",
    "sort": "Order",
    "target": "At most wrong",
    "to": "What becomes of it",
    "vs": "Comparison",
}


def label_of(field: str) -> str:
    """As a form calls it."""
    plain = field.rpartition(".")[2].removesuffix("_at").removesuffix("_on").replace("_", " ")
    return _LABELS.get(field) or f"{plain[:1].upper()}{plain[1:]}"
