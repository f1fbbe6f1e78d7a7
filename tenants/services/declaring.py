"""Bring one row in line with what was declared, and say what that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models

type Outcome = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Declared[M: models.Model]:
    row: M
    outcome: Outcome
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def declare[M: models.Model](
    model: type[M], key: Mapping[str, Any], values: Mapping[str, Any], *, once: Mapping[str, Any] | None = None
) -> Declared[M]:
    """Create the row of this key or set these values on it; in the caller's transaction, the revision's lock held.

    `once`: values of a new row, which stay what they are.
    """
    row = model._default_manager.filter(**key).first()
    if row is None:
        return Declared(model._default_manager.create(**key, **values, **(once or {})), "created", {}, dict(values))
    before = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return Declared(row, "unchanged", before, before)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    return Declared(row, "changed", {name: before[name] for name in changed}, changed)
