from http import HTTPStatus

from tenants.refusals import Refused


class BadVariables(Refused):
    """What the caller gave does not fit the prompt."""

    code = "invalid_variables"


class BadTemplate(Refused):
    """The prompt itself cannot be rendered: its author must act, not its caller."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_template"
