"""A prompt's text as messages: a list of them in JSON or YAML, else one of the user's."""

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from prompts.exchange.draft import DraftMessage, Untranslatable
from prompts.exchange.promptfoo.entries import Entry
from prompts.exchange.promptfoo.nunjucks import translate
from prompts.files.yaml_text import Document, NotYaml, read_yaml

_OF_A_MESSAGE: Final = frozenset({"role", "content"})


def messages_of(entry: Entry, lists: Collection[str]) -> list[DraftMessage]:
    """Raises Untranslatable."""
    document = _listed(entry)
    if document is None:
        return [DraftMessage("user", translate(entry.text.strip(), entry.line, lists), entry.line)]
    return list(_messages(document, entry, lists))


def _listed(entry: Entry) -> Document | None:
    bare = entry.text.lstrip()
    if not entry.is_chat and not bare.startswith(("[", "- role:")):
        return None
    try:
        document = _read(entry)
    except NotYaml as fault:
        if not entry.is_chat:
            return None
        raise Untranslatable(fault.mark.line, fault.detail) from None
    if isinstance(document.data, list) and document.data and all(isinstance(each, dict) for each in document.data):
        return document
    if entry.is_chat:
        raise Untranslatable(entry.line, "it must hold a list of messages, each with role and content.")
    return None


def _read(entry: Entry) -> Document:
    """JSON is YAML but for tabs, which may stand between its values."""
    try:
        return read_yaml(entry.text)
    except NotYaml:
        try:
            return read_yaml(json.dumps(json.loads(entry.text), ensure_ascii=False, indent=1))
        except (ValueError, RecursionError):
            pass
        raise


def _messages(document: Document, entry: Entry, lists: Collection[str]) -> Iterator[DraftMessage]:
    for index, each in enumerate(document.data):
        line = entry.line + document.within((index, "content"), 1, 1).line - 1
        if more := sorted(map(str, each.keys() - _OF_A_MESSAGE)):
            raise Untranslatable(line, f"messages have role and content, not {', '.join(more)}.")
        yield DraftMessage(str(each.get("role")), translate(_text(each.get("content"), line), line, lists), line)


def _text(content: Any, line: int) -> str:
    """A list of nothing but texts is one text."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(each, dict) and each.get("type") == "text" for each in content):
        return "\n".join(str(each.get("text", "")) for each in content)
    raise Untranslatable(line, "a message's content is text; pictures and files come with the call.")
