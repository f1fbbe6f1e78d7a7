"""What becomes of a call whose gateway process died under it. Pure."""

from costs.pricing import PriceList, cost_of
from costs.records import Finished, Opened, Outcome, PriceMatch
from costs.usage import Usage


def interrupted(call: Opened, prices: PriceList | None) -> Finished:
    """Its input was sent, by our estimate; what came back nobody knows."""
    usage = Usage(input_tokens=max(0, call.estimated_input_tokens))
    return Finished(
        call,
        Outcome.INTERRUPTED,
        call.model,
        call.provider,
        usage,
        cost_of(usage, prices) if prices else None,
        call.price_version if prices else None,
        PriceMatch.EXACT if prices else PriceMatch.UNPRICED,
        hops=(),
        latency_ms=None,
        first_chunk_ms=None,
        estimated=True,
        error_code="interrupted",
    )
