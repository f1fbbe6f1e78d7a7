"""The Switches pages."""

from killswitch.views.detail import switch_detail, switch_proof
from killswitch.views.drills import drill_list, drill_run
from killswitch.views.off import switch_off
from killswitch.views.on import switch_on
from killswitch.views.switches import switch_list

__all__ = ["drill_list", "drill_run", "switch_detail", "switch_list", "switch_off", "switch_on", "switch_proof"]
