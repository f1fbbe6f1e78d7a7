"""What a call may ask for that this API has nothing for. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.anthropic.parts import listed
from gateway.dialects.dialect import Unsupported

# What would come back would be another thing than was asked for, or at a price that no price list of ours knows.
_CANNOT: Final = ("logprobs", "top_logprobs", "logit_bias", "audio", "web_search_options", "inference_geo", "container")


def refuse_what_it_cannot(body: Mapping[str, Any]) -> None:
    """Raises Unsupported; what changes nothing of what an answer means passes, and is left out later."""
    if (body.get("n") or 1) != 1:
        raise Unsupported("n above 1")
    for name in _CANNOT:
        if body.get(name):
            raise Unsupported(name)
    if any(each != "text" for each in listed(body, "modalities")):
        raise Unsupported("modalities other than text")
    if body.get("speed") not in (None, "standard"):
        raise Unsupported("speed other than standard")
