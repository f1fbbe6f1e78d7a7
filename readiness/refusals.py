"""What can be wrong with somebody's word."""

from tenants.refusals import Conflict, Invalid, NotAllowed


class NeedsAnother(NotAllowed):
    """Whoever asks for an exception is not who agrees to it."""

    code = "needs_another"


class NeedsPerson(NotAllowed):
    """A key does not say whose hands it is in, so two of them, or a key and a person, may be one person."""

    code = "needs_person"


class NotYours(NotAllowed):
    """The item takes another role's word."""

    code = "wrong_role"


class NotAttested(Invalid):
    """The item is asked of the data."""

    code = "not_attested"


class AlreadyOpen(Conflict):
    """The item has an exception already."""

    code = "already_open"
