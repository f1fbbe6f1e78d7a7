"""What only OpenAI itself has, and those that imitate it may refuse. Pure."""

from urllib.parse import urlsplit


def is_openais_own(base_url: str) -> bool:
    """Whether it is OpenAI's or Azure's address."""
    host = urlsplit(base_url).hostname or ""
    return host == "api.openai.com" or host.endswith(".openai.azure.com")
