"""promptfoo's configuration: its prompts, and the settings of its provider."""

from prompts.exchange.promptfoo.reading import read, recognises

__all__ = ["read", "recognises"]
