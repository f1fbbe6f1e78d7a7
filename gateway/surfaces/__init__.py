"""What callers may speak, by the path at which they do."""

from typing import Final

from gateway.surfaces.chat import ChatSurface
from gateway.surfaces.embeddings import EmbeddingsSurface
from gateway.surfaces.responses.surface import ResponsesSurface
from gateway.surfaces.surface import Surface

CHAT: Final = ChatSurface()
SURFACES: Final[tuple[Surface, ...]] = (CHAT, ResponsesSurface(), EmbeddingsSurface())
