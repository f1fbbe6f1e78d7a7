"""The most that one answer can cost. Pure."""

from decimal import Decimal

from costs.pricing import ZERO, PriceList, Rates


def worst_case(prices: PriceList, *, input_tokens: int, output_tokens: int, audio: bool = False) -> Decimal:
    """Of any usage within these bounds: every token at the dearest rate of its side, in whichever tier is dearest."""
    # The highest tier first: each reaches up to where the one before it starts.
    tops = [input_tokens, *(start for start, _ in prices.steps)]
    return max(
        _at_most(rates, min(input_tokens, top), output_tokens, audio=audio)
        for top, (start, rates) in zip(tops, prices.steps, strict=False)
        if start < input_tokens
    )


def _at_most(rates: Rates, input_tokens: int, output_tokens: int, *, audio: bool) -> Decimal:
    heard, spoken = (rates.audio_input, rates.audio_output) if audio else (None, None)
    dearest_in = max(rates.input, rates.cached or ZERO, rates.cache_write or ZERO, heard or ZERO)
    dearest_out = max(rates.output, rates.reasoning or ZERO, spoken or ZERO)
    return dearest_in * input_tokens + dearest_out * output_tokens + rates.fee
