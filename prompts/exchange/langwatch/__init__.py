"""LangWatch's `.prompt.yaml`."""

from prompts.exchange.langwatch.reading import read, recognises

__all__ = ["read", "recognises"]
