"""The switch tried out, again and again: whoever needs it knows when it was last seen to work."""

from killswitch.drills.proof import Proof, last_proof, summary_at
from killswitch.drills.running import NotNow, run_drill
from killswitch.drills.summing import Summary, summarise

__all__ = ["NotNow", "Proof", "Summary", "last_proof", "run_drill", "summarise", "summary_at"]
