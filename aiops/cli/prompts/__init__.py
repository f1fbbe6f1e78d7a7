"""aiops prompts. Every module of this package adds its command to `group` when it is imported."""

from aiops.cli.prompts import (
    canary,
    check,
    diff,
    exporting,
    impact,
    importing,
    planned,
    protect,
    push,
    release,
    render,
    schema,
    status,
    versions,
)
from aiops.cli.prompts.group import group

__all__ = [
    "canary",
    "check",
    "diff",
    "exporting",
    "group",
    "impact",
    "importing",
    "planned",
    "protect",
    "push",
    "release",
    "render",
    "schema",
    "status",
    "versions",
]
