"""What has come back on, and is off in part all the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from killswitch.models import Stop
from killswitch.scopes import Scope
from killswitch.standing import Above
from killswitch.views.frame import NAMED
from killswitch.views.places import short_name
from killswitch.words import listed

# Models and features are no part of a system, nor of each other.
_HAS_PARTS = (Scope.GLOBAL, Scope.TENANT, Scope.TENANT_FEATURE, Scope.USER)


def but(lifted: Stop, stops: Sequence[Stop], framed: Mapping[str, Any]) -> str:
    """The end of the sentence that says that it is back on. `stops`: those that are in force there."""
    above: Above = framed["above"]
    if lifted.feature and lifted.scope == Scope.TENANT_FEATURE and above.holding(lifted.feature):
        return ", but off for everyone"
    own = [short_name(stop) for stop in stops] if lifted.scope == Scope.TENANT else []
    shared = [framed["exceptions"]] if framed["exceptions"] and lifted.scope in _HAS_PARTS else []
    left = [listed(own[:NAMED], more=max(0, len(own) - NAMED)), *shared] if own else shared
    return f", except {', and '.join(left)}" if left else ""
