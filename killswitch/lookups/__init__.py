"""Finding what a stop is asked for, for every door: what is stopped may be kept in any app."""

from killswitch.lookups.blast import blast_if_quick, blast_of
from killswitch.lookups.directory import all_names
from killswitch.lookups.held import Found, adoption_of, found, held_over, order_of, what_of
from killswitch.lookups.people import with_people
from killswitch.lookups.targets import find_target, target_of

__all__ = [
    "Found",
    "adoption_of",
    "all_names",
    "blast_if_quick",
    "blast_of",
    "find_target",
    "found",
    "held_over",
    "order_of",
    "target_of",
    "what_of",
    "with_people",
]
