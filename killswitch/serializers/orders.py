"""What is asked of the switches. A target is named flat, by what it is: of each scope its own fields."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from killswitch.models import Stop
from killswitch.models.stop import choices_of
from killswitch.scopes import LONGEST_DRAIN_SECONDS, InFlight, Mode, Scope
from killswitch.services.order import LONGEST_MESSAGE, REASONS
from tenants.serializers import Choice, Page, Strict

# As the stored stops have them, so that the schema knows each by one name.
SCOPES: Final = choices_of(Scope)
MODES: Final = choices_of(Mode)
IN_FLIGHT: Final = choices_of(InFlight)
GIVEN_REASONS: Final = [(reason.value, reason.label) for reason in REASONS]
_SAID: Final = "Follows from what is named; to be said of `global` and of a `feature` of everyone."


class TargetQuery(Strict):
    """Exactly one target; which fields belong together says `scope`."""

    scope = Choice(choices=SCOPES, required=False, help_text=_SAID)
    tenant = serializers.CharField(required=False, help_text="Alone: all of this tenant.")
    feature = serializers.CharField(
        required=False, help_text="Of the tenant; without one, and with scope feature, of everyone."
    )
    provider = serializers.CharField(required=False, help_text="Of everyone: the chain goes on without it.")
    model = serializers.CharField(required=False, help_text="Of everyone: the chain goes on without it.")
    prompt_version = serializers.CharField(required=False, help_text="Of everyone: `name@v17`.")
    connection = serializers.CharField(required=False, help_text="The tenant's own system, by its short name.")
    user = serializers.CharField(required=False, max_length=200, help_text="As the tenant's application names them.")


def _example(name: str, **value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


@extend_schema_serializer(
    examples=[
        _example("All of a tenant", tenant="acme", reason="answers", note="Wrong opening hours"),
        _example("A feature of a tenant", tenant="acme", feature="helpdesk", reason="answers", mode="handoff"),
        _example("A feature of everyone", scope="feature", feature="helpdesk", reason="looking", mode="canned"),
        _example("A provider", provider="openai", reason="outage", in_flight="new_only"),
        _example("A model", model="gpt-4o", reason="answers", in_flight="drain", drain_seconds=30),
        _example("A prompt's version", prompt_version="helpdesk@v17", reason="answers"),
        _example("A customer's system", tenant="acme", connection="erp", reason="looking", mode="read_only"),
        _example("A person", tenant="acme", user="u-1042", reason="cost"),
        _example("Everything", **{"scope": "global", "reason": "safety"}),
    ]
)
class StopOrder(TargetQuery):
    reason = Choice(choices=GIVEN_REASONS)
    mode = Choice(choices=MODES, default=str(Mode.REFUSE), help_text="What callers get.")
    in_flight = Choice(choices=IN_FLIGHT, default=str(InFlight.CUT), help_text="What happens to calls under way.")
    drain_seconds = serializers.IntegerField(
        default=0, min_value=0, max_value=LONGEST_DRAIN_SECONDS, help_text="With in_flight drain: how long they may."
    )
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    message = serializers.CharField(
        default="", allow_blank=True, max_length=LONGEST_MESSAGE, help_text="What callers are told; empty: the usual."
    )
    expires_at = serializers.DateTimeField(required=False, help_text="Back on by itself then.")
    review_at = serializers.DateTimeField(required=False, help_text="When somebody else has to look at it.")


class StopQuery(Page):
    state = Choice(choices=["active", "lifted", "all"], required=False, help_text="As it is: active; with `due`: all.")
    tenant = serializers.CharField(required=False, help_text="Only this tenant's.")
    scope = Choice(choices=SCOPES, required=False, help_text="Only of this scope.")
    due = Choice(choices=["review"], required=False, help_text="Only those that somebody has to look at by now.")
    origin = Choice(choices=Stop.Origin.choices, required=False, help_text="As it is: all but those of drills.")


class LiftOrder(Strict):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class TargetLiftOrder(TargetQuery):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class ReviewOrder(Strict):
    note = serializers.CharField(max_length=2000, help_text="What you found.")
    again_at = serializers.DateTimeField(required=False, help_text="When to look again; without it: not again.")
