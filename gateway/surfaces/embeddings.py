"""`/v1/embeddings`: asked in words, answered in numbers. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, override

from gateway.dialects.dialect import Unsupported
from gateway.dialects.transcript import Transcript
from gateway.surfaces.surface import NOTHING, Surface


class EmbeddingsSurface(Surface):
    name: ClassVar[str] = "embeddings"
    path: ClassVar[str] = "/v1/embeddings"
    is_in_words: ClassVar[bool] = False

    @override
    def lowered(self, body: Mapping[str, Any]) -> dict[str, Any]:
        raise Unsupported("embeddings")

    @override
    def raised(self, completion: Mapping[str, Any], repeated: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        raise Unsupported("embeddings")

    @override
    def relaying(self, chunks: Transcript, repeated: Mapping[str, Any] = NOTHING) -> Transcript:
        raise Unsupported("a stream of embeddings")

    @override
    def parts(self, body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        return iter(())
