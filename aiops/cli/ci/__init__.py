"""aiops ci: what a pull request changes, judged."""

from aiops.cli.ci.command import ci

__all__ = ["ci"]
