"""Releases that wait: for a second person, for their time, or for both."""

from evals.services.planning.asking import LONGEST_AHEAD, WaitsAlready, ask
from evals.services.planning.beside import Beside, plans_beside
from evals.services.planning.carrying_out import LATEST, carry_out_due
from evals.services.planning.deciding import approve, cancel, decline
from evals.services.planning.finding import count_to_approve, find_planned, refused_approval
from evals.services.planning.moot import Moot, moot_of
from evals.services.planning.releasing import overruled, overrules, served_already

__all__ = [
    "LATEST",
    "LONGEST_AHEAD",
    "Beside",
    "Moot",
    "WaitsAlready",
    "approve",
    "ask",
    "cancel",
    "carry_out_due",
    "count_to_approve",
    "decline",
    "find_planned",
    "moot_of",
    "overruled",
    "overrules",
    "plans_beside",
    "refused_approval",
    "served_already",
]
