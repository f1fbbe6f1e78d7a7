"""What happened to a call, in words, and what to do about it. Pure."""

from dataclasses import dataclass
from typing import Final

from costs.records import Outcome, PriceMatch


@dataclass(frozen=True, slots=True)
class Word:
    """A pill: its tone and what it says; `told` is the sentence for whoever opens the call."""

    tone: str
    word: str
    told: str


@dataclass(frozen=True, slots=True)
class Advice:
    what: str
    do: str = ""


OUTCOMES: Final = {
    Outcome.OK: Word("ok", "Answered", "A model answered to the end."),
    Outcome.REFUSED: Word("warn", "Refused by us", "The gateway turned it away before a model was asked."),
    Outcome.STOPPED: Word("held", "Stopped", "AI was off for it: a switch turned it away, or cut its answer."),
    Outcome.OVER_BUDGET: Word("warn", "Over budget", "It would have passed a budget, so no model was asked."),
    Outcome.PROVIDER_ERROR: Word("bad", "Provider error", "No model gave an answer that could be passed on."),
    Outcome.CANCELLED: Word("plain", "Caller left", "The caller hung up before the answer ended."),
    Outcome.INTERRUPTED: Word("bad", "Interrupted", "Its gateway process ended first; tokens and cost are our count."),
}
PRICES: Final = {
    PriceMatch.EXACT: "by its price list",
    PriceMatch.NOTHING_ASKED: "nothing asked",
    PriceMatch.UNPRICED: "no price",
}
# By the code that its caller was told.
ADVICE: Final = {
    "model_not_found": Advice(
        "The model that it named is not there for this key.",
        "Name one of its models, or allow the tenant this one.",
    ),
    "missing_model": Advice("It named no model.", "Send `model` in the body."),
    "unknown_feature": Advice("The feature that it named is not registered.", "Declare it with `aiops apply`."),
    "missing_tag": Advice("A tag that every call must bear was missing.", "Send it as a header: X-AIOps-Feature."),
    "invalid_tag": Advice("One of its tags cannot be.", "Its caller was told which, and why."),
    "feature_not_allowed": Advice("Its key is for another feature.", "Use the other key, or drop the tag."),
    "prompt_not_found": Advice(
        "The prompt that it named is not there, or not live in its environment.", "Release it, or correct the name."
    ),
    "invalid_prompt": Advice("What it sent did not fit the prompt.", "Compare its variables with the prompt's."),
    "invalid_body": Advice("Its body was not what the interface takes.", "Its caller was told what is wrong with it."),
    "body_too_large": Advice("Its body was larger than the gateway takes.", "Send less, or raise the limit."),
    "body_too_slow": Advice("Its body came too slowly.", "Look at the network between the caller and the gateway."),
    "gateway_busy": Advice("The gateway process had as many calls under way as it takes.", "Run more gateways."),
    "tenant_busy": Advice("The tenant had its share of calls under way.", "Let it send fewer at once."),
    "journal_full": Advice(
        "The gateway could not record it, so it was not made.", "See that the recorder runs and the disk has room."
    ),
    "idempotency_key_reused": Advice("Its idempotency key was used for another call.", "A new call needs a new key."),
    "answer_not_kept": Advice("It was made before; its answer was not kept.", "To pay for it again, use a new key."),
    "idempotency_unavailable": Advice("The gateway could not remember answers.", "See that Valkey runs."),
    "in_progress": Advice("The same call was under way.", "It is sent again in a moment."),
    "caller_gone": Advice(
        "Its caller hung up.", "When this is often: is the caller's time-out shorter than the chain's?"
    ),
    "gateway_leaving": Advice("Its gateway process was shut down under it.", "Nothing, when somebody restarted it."),
    "gateway_error": Advice("The gateway itself failed on it.", "Look into the gateway's log for this call's id."),
    "rate_limited": Advice(
        "Every model of its chain was limited by its provider.", "Add a model of another provider, or ask for more."
    ),
    "timeout": Advice("Every model took longer than it was given.", "Give the chain more time, or a quicker model."),
    "no_model_answered": Advice(
        "Every model that was tried failed, as the attempts say.",
        "Add a model of another provider to the chain.",
    ),
    "overloaded": Advice("Its model was overloaded.", "Let its chain go on after overloaded."),
    "server_error": Advice("Its provider failed.", "Let its chain go on after server_error."),
    "connection": Advice("Its provider could not be reached.", "Let its chain go on after connection."),
    "bad_answer": Advice("Its model answered with nothing that is of use.", "Let its chain go on after bad_answer."),
    "provider_without_key": Advice("The provider has no key.", "Set the environment variable that it names."),
    "provider_dropped": Advice("The provider ended the connection early.", "When this is often, ask the provider."),
    "provider_error": Advice("The provider reported a failure in the middle of its answer."),
    "invalid_json": Advice("The provider sent what is not JSON in the middle of its answer.", "Tell the provider."),
    "provider_out_of_credit": Advice("The balance at its provider is spent.", "Pay there, or add another provider."),
    "too_long": Advice("Its answer did not come to an end.", "Ask for a bound: max_completion_tokens."),
    "unsupported_by_model": Advice(
        "No model of its chain can do all that it asks for.", "The attempts say which were passed over; ask another."
    ),
}
_NO_ADVICE: Final = Advice("The provider found fault with the request itself.", "What it said went to the caller.")


def advice_of(outcome: str, error_code: str) -> Advice | None:
    """None where there is nothing to add."""
    if not error_code or outcome in (Outcome.STOPPED, Outcome.OVER_BUDGET):
        return None
    return ADVICE.get(error_code, _NO_ADVICE if outcome == Outcome.PROVIDER_ERROR else None)
