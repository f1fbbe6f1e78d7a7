"""The Switches pages."""

from killswitch.views.after import stop_note, stop_retry, stop_review
from killswitch.views.detail import switch_detail, switch_proof
from killswitch.views.drills import drill_list, drill_run
from killswitch.views.off import switch_off
from killswitch.views.on import switch_on
from killswitch.views.other import other_list
from killswitch.views.people import person_find
from killswitch.views.planned import plan_cancel, switch_plan
from killswitch.views.switches import switch_list

# What there is of every target, by the last word of its address.
STEPS = {
    "proof": switch_proof,
    "off": switch_off,
    "plan": switch_plan,
    "on": switch_on,
    "retry": stop_retry,
    "note": stop_note,
    "review": stop_review,
}

__all__ = [
    "STEPS",
    "drill_list",
    "drill_run",
    "other_list",
    "person_find",
    "plan_cancel",
    "switch_detail",
    "switch_list",
]
