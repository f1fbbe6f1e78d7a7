"""What models and chains may be called: callers write it, and it goes into headers."""

import re
from typing import Final

from gateway.models import Chain, Model
from gateway.routing.aliases import PREFIX, is_reserved
from tenants.refusals import Invalid

_STEPS: Final = frozenset({"edit", "undo", "drill", "drill-plan", "drills", "drills.csv", "parity", "suite", "swap"})
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}")


def check_name(field: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid(
            field, f"{name!r} must be letters, digits and . _ : / @ -, at most 100, beginning with a letter or digit."
        )


def check_has_a_page(name: str, kind: type[Chain]) -> None:
    """Addresses of a chain's pages begin with its name, and go on with one of these words. What was called so before
    goes on."""
    parts = name.split("/")
    if (all(parts) and _STEPS.isdisjoint(parts)) or kind._default_manager.filter(slug=name).exists():
        return
    if not all(parts):
        raise Invalid("chain", f"{name!r} must have something before, between and after its slashes.")
    word = next(part for part in parts if part in _STEPS)
    raise Invalid("chain", f"{name!r} must not have {word} as a part of its own: a page of the console is called so.")


def check_not_reserved(field: str, name: str, kind: type[Chain | Model]) -> None:
    """What was called so before these names were kept free goes on."""
    if is_reserved(name) and not kind._default_manager.filter(slug=name).exists():
        raise Invalid(field, f"{name!r}: names that begin with {PREFIX} are the gateway's own, for its chains.")
