"""What is allowed and yet wrong with prompts. Pure: works on what was read, and on what a model replied."""

from prompts.lint.budgets import GIANT
from prompts.lint.contradictions import SCHEMA, Hints, Nonsense, hints_in, question_about
from prompts.lint.counting import HOW_TO_INSTALL, encoding_of, is_installed
from prompts.lint.linting import lint
from prompts.lint.pardons import rule_of
from prompts.lint.personal import Personal, personal_in
from prompts.lint.secrets import Secret, secrets_in
from prompts.lint.tokens import Size, counter_of, sizes_of, tokens_of, whole

__all__ = [
    "GIANT",
    "HOW_TO_INSTALL",
    "SCHEMA",
    "Hints",
    "Nonsense",
    "Personal",
    "Secret",
    "Size",
    "counter_of",
    "encoding_of",
    "hints_in",
    "is_installed",
    "lint",
    "personal_in",
    "question_about",
    "rule_of",
    "secrets_in",
    "sizes_of",
    "tokens_of",
    "whole",
]
