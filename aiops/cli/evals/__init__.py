"""aiops evals. Every module of this package adds its commands to `group` when it is imported."""

from aiops.cli.evals import listing, results, run, verdict
from aiops.cli.evals.group import group

__all__ = ["group", "listing", "results", "run", "verdict"]
