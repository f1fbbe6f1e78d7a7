"""Asking the units of a run: claimed in the database, asked over HTTP, written down one by one."""

from evals.runner.asking import ask_units
from evals.runner.holding import Left

__all__ = ["Left", "ask_units"]
