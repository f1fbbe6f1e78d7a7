"""About how many tokens a version sends at every call. A content never changes: each is counted once."""

from functools import lru_cache
from uuid import UUID

from prompts.bundle import Bundle
from prompts.lint.tokens import sizes_of_bundle, whole
from prompts.models import PromptVersion


@lru_cache(maxsize=4096)
def tokens_of(version: UUID) -> int | None:
    """None where its templates do not fit together."""
    content = PromptVersion.objects.values_list("content", flat=True).get(pk=version)
    sizes = sizes_of_bundle(Bundle.from_json(content))
    return whole(sizes) if sizes else None
