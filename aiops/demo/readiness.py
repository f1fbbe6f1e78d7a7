"""What the demo's people said of its features: their words with documents, and what need not be met."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from aiops.demo.cast import PROVIDER
from aiops.demo.staff import Ensured
from readiness import services
from readiness.items import ITEMS
from readiness.models import Attestation, ItemException
from tenants.models import Feature, Role, User
from tenants.principals import Principal, of_user
from tenants.scope import ALL, scope

_DOCUMENTS: Final = "https://handbook.demo.example"
_PEOPLE: Final = (Role.ENGINEER, Role.MANAGER, Role.ADMIN)


class Word(NamedTuple):
    item: int
    by: Role
    document: str
    statement: str
    days: int


WORDS: Final = (
    # Ends soon: so the page shows what it says beforehand.
    Word(19, Role.ENGINEER, "runbook", "Failing providers, full journals, wrong answers: each with its remedy.", 10),
    Word(21, Role.ENGINEER, "model-swap", "Declare it, judge it with the suites, release it step by step.", 300),
    Word(23, Role.MANAGER, "agreements", "Signed by both sides, and reviewed by counsel.", 320),
    Word(24, Role.MANAGER, "sub-processors", "The public list names each; customers are told of changes.", 180),
    Word(25, Role.ADMIN, "privacy-policy", "Section 4 says which features use AI, and for what.", 240),
)  # fmt: skip


def speak(staff: Ensured, *, until: datetime) -> None:
    """Safe to repeat: all of it was said, or nothing."""
    # Not within the transaction, for which they might wait in turn.
    known = {role: staff.actor(role).id for role in _PEOPLE}
    with scope(ALL), transaction.atomic():
        if not Attestation.objects.exists():
            people = {role: of_user(User.objects.get(pk=pk)) for role, pk in known.items()}
            for word in WORDS:
                _attest(word, people, until)
            _waive(people, until)
            _ask(people, until)


def _attest(word: Word, people: Mapping[Role, Principal], until: datetime) -> None:
    item = ITEMS[word.item]
    services.attest(
        item,
        document_url=f"{_DOCUMENTS}/{word.document}",
        statement=word.statement,
        providers=[PROVIDER] if item.names_providers else [],
        expires_on=until.date() + timedelta(days=word.days),
        by=people[word.by],
        at=until,
    )


def _waive(people: Mapping[Role, Principal], until: datetime) -> None:
    """Two people agree that the gap is known."""
    made = services.ask_exception(
        ITEMS[2],
        kind=ItemException.Kind.WAIVED,
        reason="Texts are not stored, and the providers' agreements cover what is sent; redaction is on the plan.",
        expires_on=until.date() + timedelta(days=60),
        by=people[Role.ENGINEER].actor,
        at=until,
    )
    services.agree_exception(made, by=people[Role.MANAGER].actor, at=until)


def _ask(people: Mapping[Role, Principal], until: datetime) -> None:
    """Waits for a second person, who may be whoever looks at the demo."""
    services.ask_exception(
        ITEMS[14],
        kind=ItemException.Kind.NOT_APPLICABLE,
        feature=Feature.objects.get(slug="search-ranking"),
        reason="It puts results into another order and writes to no customer's system.",
        by=people[Role.ENGINEER].actor,
        at=until,
    )
