"""The sources that a caller gives, read strictly, and as the model gets to see them. Pure."""

import hmac
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gateway.json_words import kind_of
from gateway.tokens import size_of, tokens_in

MOST: Final = 200
LONGEST_ID: Final = 100
LONGEST_TITLE: Final = 300
LONGEST_TEXT: Final = 100_000
LONGEST_TOGETHER: Final = 400_000
_FIELDS: Final = frozenset({"id", "text", "title"})
# They would end the mark that names the source, or make a second of one.
_NOT_IN_IDS: Final = frozenset('"<>')


class BadSources(ValueError):
    """What is wrong, as the caller is told."""


class Source(NamedTuple):
    id: str
    text: str
    title: str = ""

    @property
    def tokens(self) -> int:
        """By our count, which is the same whichever model reads it."""
        return tokens_in(size_of(self.text))


def read(given: Any) -> tuple[Source, ...]:
    """Raises BadSources."""
    if not isinstance(given, list):
        raise BadSources("sources must be a list of {id, text} or {id, text, title}.")
    if len(given) > MOST:
        raise BadSources(f"sources has {len(given)} entries; at most {MOST} are taken. Send those that matter most.")
    found = tuple(_source(place, each) for place, each in enumerate(given))
    seen: set[str] = set()
    for place, source in enumerate(found):
        if source.id in seen:
            raise BadSources(
                f"sources[{place}].id is {source.id!r}, as another is: each source needs an id of its own."
            )
        seen.add(source.id)
    if (length := sum(len(source.text) for source in found)) > LONGEST_TOGETHER:
        raise BadSources(f"sources have {length:,} characters together; at most {LONGEST_TOGETHER:,} are taken.")
    return found


def fenced(sources: Sequence[Source], secret: bytes) -> str:
    """Each between marks of its own, which no text in it can end."""
    mark = _mark([source.text for source in sources], secret)
    return "\n\n".join(f"<{mark}{_named(source)}>\n{source.text}\n</{mark}>" for source in sources)


def _source(place: int, given: Any) -> Source:
    where = f"sources[{place}]"
    if not isinstance(given, dict):
        raise BadSources(f"{where} must be an object: {{id, text}} or {{id, text, title}}.")
    if unknown := sorted(map(str, given.keys() - _FIELDS)):
        raise BadSources(f"{where}: unknown field {unknown[0][:80]}; a source has id, text, title.")
    title = given.get("title")
    source = Source(
        _text(f"{where}.id", given.get("id"), LONGEST_ID),
        _text(f"{where}.text", given.get("text"), LONGEST_TEXT),
        _text(f"{where}.title", title, LONGEST_TITLE) if title not in (None, "") else "",
    )
    if not source.id.isprintable() or not _NOT_IN_IDS.isdisjoint(source.id):
        raise BadSources(f'{where}.id must be printable, without " < and >.')
    return source


def _text(where: str, value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise BadSources(f"{where} must be a string, not {kind_of(value)}.")
    if not value.strip() or len(value) > most:
        raise BadSources(f"{where} has {len(value):,} characters; it must have some, and at most {most:,}.")
    return value


def _mark(texts: Sequence[str], secret: bytes) -> str:
    """Plain, unless a text has such a mark in it: then one of these texts alone, so that the same question is the
    same. It changes with each letter of any of them, and who writes one does not know the secret."""
    whole = "\0".join(texts)
    if "<source" not in whole.lower() and "</source" not in whole.lower():
        return "source"
    return f"source-{hmac.digest(secret, whole.encode(errors='surrogatepass'), 'sha256').hex()[:16]}"


def _named(source: Source) -> str:
    title = " ".join(source.title.translate({ord('"'): "'", ord("<"): " ", ord(">"): " "}).split())
    return f' id="{source.id}"' + (f' title="{title}"' if title else "")
