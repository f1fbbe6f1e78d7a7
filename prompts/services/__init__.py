"""Push, release, roll back: the one way, whichever door is used."""

from prompts.services.drafting import Entry
from prompts.services.finding import (
    ENVIRONMENT,
    PRODUCTION,
    check_environment,
    environment_order,
    find_prompt,
    find_version,
)
from prompts.services.lanes import (
    Tried,
    canary,
    canary_began,
    common_canaries,
    last_number,
    last_tried,
    live,
    may_go_back_to,
    own_lanes,
    own_main_lanes,
    served,
    served_before,
    served_to,
    was_live,
    with_a_way_back,
    without_a_way_back,
)
from prompts.services.protecting import may_release, protect, protection_of, unprotect
from prompts.services.pushing import Origin, Pushed, push_all, push_version
from prompts.services.releasing import Released, end, release, roll_back
from prompts.services.seen import Overtaken, check_replaced, check_seen
from prompts.services.sourcing import Checkout
from prompts.services.spans import Span, own_spans

__all__ = [
    "ENVIRONMENT",
    "PRODUCTION",
    "Checkout",
    "Entry",
    "Origin",
    "Overtaken",
    "Pushed",
    "Released",
    "Span",
    "Tried",
    "canary",
    "canary_began",
    "check_environment",
    "check_replaced",
    "check_seen",
    "common_canaries",
    "end",
    "environment_order",
    "find_prompt",
    "find_version",
    "last_number",
    "last_tried",
    "live",
    "may_go_back_to",
    "may_release",
    "own_lanes",
    "own_main_lanes",
    "own_spans",
    "protect",
    "protection_of",
    "push_all",
    "push_version",
    "release",
    "roll_back",
    "served",
    "served_before",
    "served_to",
    "unprotect",
    "was_live",
    "with_a_way_back",
    "without_a_way_back",
]
