"""The parts of versions. A content never changes, so that each is read once a process."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from itertools import batched
from sys import intern
from threading import Lock
from typing import Final
from uuid import UUID

from evals.impact.index import SHORT, Passage
from prompts.lint.tokens import tokens_of
from prompts.models import PromptVersion

_MOST: Final = 8192
# Contents may be long: so many are in memory at once.
_LOT: Final = 200

type Passages = tuple[Passage, ...]


class _Known:
    """Those asked for last, by several threads at once; the least recent ones are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._found: OrderedDict[UUID, Passages] = OrderedDict()

    def get(self, versions: Collection[UUID]) -> dict[UUID, Passages]:
        with self._lock:
            found = {version: self._found[version] for version in versions if version in self._found}
        found |= dict(_read([version for version in versions if version not in found]))
        with self._lock:
            self._keep(found)
        return found

    def _keep(self, found: Mapping[UUID, Passages]) -> None:
        for version, passages in found.items():
            self._found[version] = self._found.pop(version, passages)
        while len(self._found) > self._most:
            self._found.popitem(last=False)


def passages_of(versions: Collection[UUID]) -> Mapping[UUID, Passages]:
    return _KNOWN.get(versions)


def _read(versions: Collection[UUID]) -> Iterator[tuple[UUID, Passages]]:
    for lot in batched(versions, _LOT):
        for version, content in PromptVersion.objects.filter(pk__in=lot).values_list("pk", "content"):
            yield version, tuple(_passages(content))


def _passages(content: str) -> Iterator[Passage]:
    for path, text in json.loads(content)["parts"].items():
        digest = hashlib.sha256(text.encode()).hexdigest()[:SHORT]
        # Many versions have the same ones.
        yield Passage(intern(path), intern(digest), tokens_of(len(text)))


_KNOWN: Final = _Known(_MOST)
