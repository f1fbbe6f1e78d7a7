"""What was asked and cannot be: carries its facts; every door turns it into an answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, override


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
