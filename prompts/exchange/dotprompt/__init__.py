"""dotprompt's `.prompt`: YAML before, Handlebars after."""

from prompts.exchange.dotprompt.reading import read, recognises

__all__ = ["read", "recognises"]
