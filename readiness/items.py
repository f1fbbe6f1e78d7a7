"""The 26 items: what each asks, who owns it, what proves it, how old the proof may be."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenants.models import Role

# So many of the 26 must be met before launch.
BAR: Final = 23
# What no evidence of this version of the console meets: an exception alone makes them count.
UNPROVABLE: Final = (2, 3, 8, 9, 15, 26)
# What ends within so many days is told beforehand.
REMINDER: Final = timedelta(days=14)


class Group(StrEnum):
    DATA = "Data"
    EVAL = "Evals"
    COST = "Cost"
    RELIABILITY = "Reliability"
    OBSERVABILITY = "Observability"
    OPERATIONS = "Operations"
    COMPLIANCE = "Security and compliance"


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    group: Group
    title: str
    owner: Role
    # What proves it, in words.
    proof: str
    # The evidence counts for so long; None: it says itself how long.
    fresh: timedelta | None = None
    # Who may give their word for it; empty: it is asked of the data, and nobody's word counts.
    attesters: tuple[Role, ...] = ()
    # The word names the providers that it covers.
    names_providers: bool = False

    @property
    def is_attested(self) -> bool:
        return bool(self.attesters)

    @property
    def attesters_told(self) -> str:
        """an engineer, a manager or an admin"""
        each = [f"{'an' if role[0] in 'aeiou' else 'a'} {role}" for role in self.attesters]
        return " or ".join(filter(None, (", ".join(each[:-1]), *each[-1:])))


_ENGINEERS: Final = (Role.ENGINEER, Role.MANAGER, Role.ADMIN)
_MANAGERS: Final = (Role.MANAGER, Role.ADMIN)
_DAY: Final = timedelta(days=1)
# A day, and time for the task that comes once a day to have come.
_TODAY: Final = timedelta(hours=26)
_G: Final = Group

_ITEMS: Final = (
    Item(1, _G.DATA, "Data is reached with the tenant's own rights, by no account that bypasses tenants", Role.ENGINEER,
         "Connections act as the tenant, and were tried today.", _TODAY),
    Item(2, _G.DATA, "Personal data is found and redacted before it crosses a boundary", Role.ENGINEER,
         "Redaction is on, its recall is measured, and a sample of stored text was scanned.", _TODAY),
    Item(3, _G.DATA, "Retention rules are documented and enforced", Role.MANAGER,
         "A rule is set, and the oldest row is younger than it says.", _TODAY),
    Item(4, _G.EVAL, "At least 100 cases: common, edge and known failure modes", Role.ENGINEER,
         "Cases of the suites that judge the feature's prompts, by tag."),
    Item(5, _G.EVAL, "Evals run on every change of prompt or model", Role.ENGINEER,
         "Every version that is live has a verdict."),
    Item(6, _G.EVAL, "A regression from the baseline blocks the change", Role.ENGINEER,
         "The last run that was blocked did keep its version from going live, then and since."),
    Item(7, _G.COST, "Every call is tagged with feature, tenant and user", Role.ENGINEER,
         "The gateway refuses a call that lacks one; it made calls lately.", 7 * _DAY),
    Item(8, _G.COST, "Ceilings on a request and on a session are enforced", Role.MANAGER,
         "The operator's hard budgets are over the feature, and a session has a ceiling of its own."),
    Item(9, _G.COST, "An alert is sent when any cohort passes its budget", Role.MANAGER,
         "The operator's budgets are over the feature, and an alert was delivered within 90 days.", 90 * _DAY),
    Item(10, _G.COST, "Prompts are cached where the provider supports it", Role.ENGINEER,
         "The share of input tokens read from a cache, of models that have a price for it.", 7 * _DAY),
    Item(11, _G.RELIABILITY, "Transient errors are retried with exponential back-off", Role.ENGINEER,
         "Every chain that the feature asks tries its models more than once."),
    Item(12, _G.RELIABILITY, "A chain falls back to a secondary model on a hard rate limit", Role.ENGINEER,
         "Its second model holds the first one's score, and answered in a drill or a call within 30 days.", 30 * _DAY),
    Item(13, _G.RELIABILITY, "It degrades gracefully: explicitly off, not silently broken", Role.ENGINEER,
         "Calls during a stop or a drill were refused with the message for users.", 30 * _DAY),
    Item(14, _G.RELIABILITY, "Every call that changes something has an idempotency key", Role.ENGINEER,
         "Writes to customers' systems carry a key, and the database takes a key once.", 7 * _DAY),
    Item(15, _G.OBSERVABILITY, "Every call is traced: input, output, model, confidence, latency", Role.ENGINEER,
         "The share of records that are complete.", 7 * _DAY),
    Item(16, _G.OBSERVABILITY, "An audit log is there for people to review", Role.ADMIN,
         "Every sealed chain was walked today, and holds.", _TODAY),
    Item(17, _G.OBSERVABILITY, "Cost, latency, error rate and eval pass rate are on a dashboard", Role.MANAGER,
         "Data of the last days in all four.", 2 * _DAY),
    Item(18, _G.OPERATIONS, "Support can turn AI off for a tenant, without a deployment", Role.SUPPORT,
         "Somebody holds the support role, and every process confirmed the last change.", 30 * _DAY),
    Item(19, _G.OPERATIONS, "A runbook says what fails commonly and what to do", Role.ENGINEER,
         "A document, reviewed within 90 days.", 90 * _DAY, _ENGINEERS),
    Item(20, _G.OPERATIONS, "Prompts are versioned, and every change can be rolled back", Role.ENGINEER,
         "Calls name released versions, and a rollback was made within 90 days.", 90 * _DAY),
    Item(21, _G.OPERATIONS, "How a model is swapped is documented", Role.ENGINEER,
         "A document, reviewed within a year.", 365 * _DAY, _ENGINEERS),
    Item(22, _G.OPERATIONS, "A customer's real system is connected", Role.ENGINEER,
         "A connection with a successful read and write this week.", 7 * _DAY),
    Item(23, _G.COMPLIANCE, "Data processing agreements with the providers are signed", Role.MANAGER,
         "Attested for every provider that was asked.", 365 * _DAY, _MANAGERS, names_providers=True),
    Item(24, _G.COMPLIANCE, "The list of sub-processors is current and disclosed", Role.MANAGER,
         "Every provider that was asked is on the list.", 365 * _DAY, _MANAGERS, names_providers=True),
    Item(25, _G.COMPLIANCE, "The privacy policy discloses the AI features", Role.MANAGER,
         "Attested, with the policy.", 365 * _DAY, _MANAGERS),
    Item(26, _G.COMPLIANCE, "Customers can keep their data out of evals and tuning", Role.MANAGER,
         "A switch is there, and no case comes from a tenant that used it.", _TODAY),
)  # fmt: skip

ITEMS: Final = {item.number: item for item in _ITEMS}
