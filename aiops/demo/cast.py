"""Who plays in the demo: an operator's customers, features and staff. All made up."""

from typing import Final, NamedTuple
from uuid import NAMESPACE_DNS, UUID, uuid5

from tenants.models import Role

PROVIDER: Final = "simulator"
CHAIN: Final = "default"
SMALL, LARGE, THOROUGH, UNPRICED = "gpt-4o-mini", "gpt-4o", "o1", "ranker-preview"
FAILING: Final = "kestrel"


class CastTenant(NamedTuple):
    """`weight` is its share of the calls, `people` how many end users it has."""

    slug: str
    name: str
    plan: str
    weight: float
    people: int

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    @property
    def id(self) -> UUID:
        """The same in every demo: who is in a canary goes by it."""
        return uuid5(NAMESPACE_DNS, self.domain)


class CastFeature(NamedTuple):
    """`weight` is its share of the calls; `cached` the share of them that find a warm cache."""

    slug: str
    name: str
    description: str
    weight: float
    cached: float
    # Whether its answers are checked against the sources that come with the call.
    grounding: str = "off"


class Staff(NamedTuple):
    role: Role
    name: str

    @property
    def email(self) -> str:
        return f"{self.role}@demo.example"


# The first two are never stopped nor over budget: programs try themselves out on them.
TENANTS: Final = (
    CastTenant("northwind", "Northwind Health", "Enterprise", 14, 40),
    CastTenant("brightline", "Brightline Retail", "Enterprise", 12, 36),
    CastTenant("halden", "Halden Insurance", "Enterprise", 9, 28),
    CastTenant("ostra", "Ostra Bank", "Enterprise", 8, 30),
    CastTenant("kestrel", "Kestrel Air", "Growth", 7, 26),
    CastTenant("juniper", "Juniper Hotels", "Growth", 6, 22),
    CastTenant("marlowe", "Marlowe Legal", "Growth", 5.5, 18),
    CastTenant("tidewater", "Tidewater Logistics", "Growth", 5, 18),
    CastTenant("cobalt", "Cobalt Energy", "Enterprise", 4.5, 16),
    CastTenant("meridian", "Meridian Travel", "Growth", 4, 16),
    CastTenant("foxglove", "Foxglove Pharma", "Enterprise", 3.5, 14),
    CastTenant("granite", "Granite Mutual", "Growth", 3, 14),
    CastTenant("harbor", "Harborview Clinics", "Growth", 2.8, 12),
    CastTenant("larkspur", "Larkspur Homes", "Starter", 2.4, 10),
    CastTenant("pinehurst", "Pinehurst Schools", "Starter", 2.2, 12),
    CastTenant("redwood", "Redwood Motors", "Growth", 2, 10),
    CastTenant("saffron", "Saffron Kitchens", "Starter", 1.8, 8),
    CastTenant("tamarind", "Tamarind Telecom", "Enterprise", 1.6, 10),
    CastTenant("quill", "Quill Publishing", "Starter", 1.4, 6),
    CastTenant("ivorydale", "Ivorydale Foods", "Starter", 1.2, 6),
    CastTenant("umber", "Umber Studios", "Starter", 1, 5),
    CastTenant("vesper", "Vesper Security", "Growth", 0.9, 5),
    CastTenant("willowbrook", "Willowbrook Care", "Starter", 0.7, 4),
    CastTenant("zephyr", "Zephyr Mobility", "Starter", 0.5, 4),
)
FEATURES: Final = (
    CastFeature(
        "answer-assistant",
        "Answer assistant",
        "Answers customers' questions in the help centre, with sources.",
        weight=36,
        cached=0.45,
    ),
    CastFeature(
        "document-qa",
        "Document Q&A",
        "Answers questions about contracts and handbooks that the customer uploaded.",
        weight=20,
        cached=0.25,
    ),
    CastFeature(
        "call-summaries",
        "Call summaries",
        "Writes up support calls from their transcripts.",
        weight=13,
        cached=0.05,
    ),
    CastFeature(
        "draft-replies",
        "Draft replies",
        "Drafts answers to e-mails, which a person checks and sends.",
        weight=24,
        cached=0.3,
        grounding="annotate",
    ),
    CastFeature(
        "search-ranking",
        "Search ranking",
        "Puts search results into a better order; on a preview model without a price yet.",
        weight=7,
        cached=0.0,
    ),
)
STAFF: Final = (
    Staff(Role.SUPPORT, "Sam Porter"),
    Staff(Role.ENGINEER, "Erin Wolf"),
    Staff(Role.MANAGER, "Maya Quist"),
    Staff(Role.ADMIN, "Ada Novak"),
)
