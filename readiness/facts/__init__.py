"""What checks ask of the data: each question once, for all features together."""

from readiness.facts.facts import Facts

__all__ = ["Facts"]
