"""A call whose words are looked at here is a chat completion inside, whatever its caller speaks. Pure."""

from gateway.call import Call
from gateway.dialects.dialect import Unsupported
from gateway.dialects.transcript import STRANGE
from gateway.errors import BadBody


def lower(call: Call) -> None:
    if call.is_lowered:
        return
    try:
        call.body = call.surface.lowered(call.body)
    except Unsupported as what:
        raise BadBody(f"A call with a prompt or sources of this gateway cannot have: {what}.") from None
    except STRANGE:
        raise BadBody("The body has a field that holds another thing than its name says.") from None
    call.is_lowered = True
