"""Push, release, roll back: the one way, whichever door is used."""

from prompts.services.finding import (
    ENVIRONMENT,
    PRODUCTION,
    check_environment,
    environment_order,
    find_prompt,
    find_version,
)
from prompts.services.lanes import (
    canary,
    canary_began,
    last_number,
    live,
    served,
    served_before,
    served_to,
    was_live,
    with_their_own,
)
from prompts.services.pushing import Origin, Pushed, push_version
from prompts.services.releasing import Released, end, release, roll_back

__all__ = [
    "ENVIRONMENT",
    "PRODUCTION",
    "Origin",
    "Pushed",
    "Released",
    "canary",
    "canary_began",
    "check_environment",
    "end",
    "environment_order",
    "find_prompt",
    "find_version",
    "last_number",
    "live",
    "push_version",
    "release",
    "roll_back",
    "served",
    "served_before",
    "served_to",
    "was_live",
    "with_their_own",
]
