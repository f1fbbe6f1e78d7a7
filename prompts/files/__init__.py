"""Prompts as a repository holds them: `*.prompt.yaml` and what they include. Only reads files."""

from prompts.files.heading import Budget
from prompts.files.impact import Kind, Touch, affected, touches
from prompts.files.problems import Level, Problem
from prompts.files.prompt_file import PromptFile
from prompts.files.repository import SUFFIX, Reading, read

__all__ = [
    "SUFFIX",
    "Budget",
    "Kind",
    "Level",
    "Problem",
    "PromptFile",
    "Reading",
    "Touch",
    "affected",
    "read",
    "touches",
]
