"""What is allowed and yet wrong with prompts, found without asking a model. Pure: works on what was read."""

from prompts.lint.counting import HOW_TO_INSTALL, encoding_of, is_installed
from prompts.lint.linting import lint
from prompts.lint.pardons import rule_of
from prompts.lint.personal import Personal, personal_in
from prompts.lint.secrets import Secret, secrets_in
from prompts.lint.tokens import Size, counter_of, sizes_of, tokens_of, whole

__all__ = [
    "HOW_TO_INSTALL",
    "Personal",
    "Secret",
    "Size",
    "counter_of",
    "encoding_of",
    "is_installed",
    "lint",
    "personal_in",
    "rule_of",
    "secrets_in",
    "sizes_of",
    "tokens_of",
    "whole",
]
