"""What no rendering gets past is not kept: `aiops prompts check` tells it in the same words, from the same core."""

from collections.abc import Mapping
from typing import Final

from prompts.bundle import Bundle
from prompts.rendering import Assembly, assemble_bundle
from tenants.refusals import Invalid

_SHOWN: Final = 20


def read_templates(bundles: Mapping[str, Bundle]) -> dict[str, Assembly]:
    """By the prompts' names. Raises Invalid with what is wrong, and where, in all of them."""
    found = {name: assemble_bundle(bundle) for name, bundle in bundles.items()}
    faults = [(name, said) for name, assembly in found.items() for said in assembly.refusals()]
    if faults:
        raise _refused(faults)
    return found


def _refused(faults: list[tuple[str, str]]) -> Invalid:
    """The first prompt is the field; others are named where theirs begin."""
    told = last = faults[0][0]
    said: list[str] = []
    for name, fault in faults[:_SHOWN]:
        said.append(fault if name == last else f"{name}: {fault}")
        last = name
    left = len(faults) - _SHOWN
    return Invalid(told, " ".join([*said, *([f"And {left:,} more."] if left > 0 else [])]))
