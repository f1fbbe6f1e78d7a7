"""What is allowed and yet wrong with prompts, found without asking a model. Pure: works on what was read."""

from prompts.lint.linting import lint
from prompts.lint.secrets import Secret, secrets_in
from prompts.lint.tokens import Size, sizes_of, tokens_of

__all__ = ["Secret", "Size", "lint", "secrets_in", "sizes_of", "tokens_of"]
