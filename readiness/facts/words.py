"""What people gave their word for, and what they agreed need not be met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from readiness.models import Attestation, ItemException

type Key = tuple[int, UUID | None]


@dataclass(frozen=True, slots=True)
class Words:
    attestations: Mapping[Key, Attestation]
    exceptions: Mapping[Key, ItemException]

    def attestation(self, item: int, feature: UUID, *, on: date) -> Attestation | None:
        """The feature's own while it is in force, else that of all features; at last the one that has run out."""
        known = [self.attestations.get((item, feature)), self.attestations.get((item, None))]
        standing = [each for each in known if each is not None and each.withdrawn_at is None]
        return next((each for each in standing if each.is_in_force(on=on)), standing[0] if standing else None)

    def exception(self, item: int, feature: UUID) -> ItemException | None:
        """The one that holds; else the one that waits for a second person."""
        known = [self.exceptions.get((item, feature)), self.exceptions.get((item, None))]
        found = [each for each in known if each is not None]
        return next((each for each in found if each.is_agreed), found[0] if found else None)


def words(on: date) -> Words:
    return Words(
        {(each.item, each.feature_id): each for each in Attestation.objects.latest()},
        {(each.item, each.feature_id): each for each in ItemException.objects.unexpired(on=on)},
    )
