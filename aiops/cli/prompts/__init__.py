"""aiops prompts. Every module of this package adds its command to `group` when it is imported."""

from aiops.cli.prompts import canary, check, push, release, render, status
from aiops.cli.prompts.group import group

__all__ = ["canary", "check", "group", "push", "release", "render", "status"]
