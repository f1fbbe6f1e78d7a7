"""Prompts from other tools, and prompts as files: what is read, translated, checked and written. Knows no console."""

from prompts.exchange.checking import Made, make
from prompts.exchange.draft import Draft, Options
from prompts.exchange.formats import FORMATS
from prompts.exchange.merging import Merged, merge
from prompts.exchange.storing import Planned, State, Unstorable, plan, store
from prompts.exchange.taking import Read, take
from prompts.exchange.writing import Unwritable, prompt_files

__all__ = [
    "FORMATS",
    "Draft",
    "Made",
    "Merged",
    "Options",
    "Planned",
    "Read",
    "State",
    "Unstorable",
    "Unwritable",
    "make",
    "merge",
    "plan",
    "prompt_files",
    "store",
    "take",
]
