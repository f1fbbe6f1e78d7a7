"""What models and chains may be called: callers write it, and it goes into headers."""

import re
from typing import Final

from gateway.models import Chain, Model
from gateway.routing.aliases import PREFIX, is_reserved
from tenants.refusals import Invalid

_STEPS: Final = frozenset({"edit", "undo", "drill", "drill-plan", "drills.csv", "suite", "swap"})
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}")


def check_name(field: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid(
            field, f"{name!r} must be letters, digits and . _ : / @ -, at most 100, beginning with a letter or digit."
        )


def check_is_no_step(name: str, kind: type[Chain]) -> None:
    """Pages of a chain follow its name: one that ends like such a page could never be opened."""
    if name.rpartition("/")[2] in _STEPS and "/" in name and not kind._default_manager.filter(slug=name).exists():
        raise Invalid(
            "chain", f"{name!r} must not end with /{name.rpartition('/')[2]}: a page of the console has that end."
        )


def check_not_reserved(field: str, name: str, kind: type[Chain | Model]) -> None:
    """What was called so before these names were kept free goes on."""
    if is_reserved(name) and not kind._default_manager.filter(slug=name).exists():
        raise Invalid(field, f"{name!r}: names that begin with {PREFIX} are the gateway's own, for its chains.")
