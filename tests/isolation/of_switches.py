"""The pages of switches, notices, rules and drills."""

from typing import Any

from tests.isolation.address import HIDDEN, OWN, STAFF, Address

# The pages of a target, and what is sent to each.
STEPS: dict[str, dict[str, Any] | None] = {
    "detail": None,
    "proof": None,
    "off": {"reason": "looking", "expected": "0"},
    "plan": {"reason": "looking", "expected": "0", "starts_at": "2099-01-01T02:00"},
    "on": {"note": ""},
    "retry": {},
    "note": {"note": "mine"},
    "review": {"note": "mine"},
}
PLACES = {
    "switch": {"slug": "tenant"},
    "theirs": {"slug": "tenant", "scope": "system", "ref": "connection"},
    "everyone": {},
    "shared": {"scope": "shared", "ref": "feature"},
}


def switches() -> dict[str, Address]:
    return {
        f"{place}-{step}": Address(HIDDEN, takes, posts=posts)
        for place, takes in PLACES.items()
        for step, posts in STEPS.items()
    }


SWITCHES = {
    "killswitch:switch-list": Address(OWN, query="?q=acme"),
    "killswitch:drill-list": Address(STAFF),
    "killswitch:drill-run": Address(STAFF, posts={}),
    "killswitch:held-adopt": Address(STAFF, {"stop_id": "stop"}, posts={}),
    "killswitch:held-release": Address(STAFF, {"stop_id": "stop"}, posts={"note": "x"}),
    "killswitch:rule-list": Address(STAFF),
    "killswitch:rule-csv": Address(STAFF),
    "killswitch:rule-detail": Address(STAFF, {"rule": "rule"}),
    "killswitch:rule-move": Address(STAFF, {"rule": "rule"}, posts={"to": "off"}),
    "killswitch:rule-limits": Address(STAFF, {"rule": "rule"}, posts={"trip": "1"}),
    "killswitch:switch-detail": Address(HIDDEN, {"slug": "tenant"}),
    "killswitch:switch-proof": Address(HIDDEN, {"slug": "tenant"}),
    "killswitch:switch-off": Address(HIDDEN, {"slug": "tenant"}, posts={"reason": "looking", "expected": "0"}),
    "killswitch:switch-on": Address(HIDDEN, {"slug": "tenant"}, posts={"note": ""}),
    "killswitch:notice-list": Address(OWN),
    "killswitch:channel-add": Address(OWN, posts={"tenant": "acme", "kind": "email", "address": "a@x.example"}),
    "killswitch:channel-change": Address(HIDDEN, {"channel_id": "channel"}, posts={"name": "mine now"}),
    "killswitch:channel-remove": Address(HIDDEN, {"channel_id": "channel"}, posts={}),
    "killswitch:channel-test": Address(HIDDEN, {"channel_id": "channel"}, posts={}),
    "killswitch:notice-again": Address(HIDDEN, {"notice_id": "notice"}, posts={}),
    "killswitch:stop-watch": Address(HIDDEN, {"stop_id": "stop"}, posts={}),
    "killswitch:plan-cancel": Address(HIDDEN, {"plan_id": "plan"}, posts={}),
    "killswitch:other-list": Address(OWN),
    "killswitch:person-find": Address(HIDDEN, {"slug": "tenant"}, query="?who=jane"),
    **{f"killswitch:{name}": address for name, address in switches().items()},
}
