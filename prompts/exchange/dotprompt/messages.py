"""The template of a `.prompt` file as messages: {{role}} begins one."""

from collections.abc import Iterator, Sequence
from typing import Final

from prompts.exchange.dotprompt import tree
from prompts.exchange.dotprompt.scope import Scope
from prompts.exchange.dotprompt.translating import Piece, Translator, written
from prompts.exchange.dotprompt.tree import Node, Text
from prompts.exchange.draft import DraftMessage, Untranslatable

_ROLES: Final = {"system": "system", "user": "user", "model": "assistant", "assistant": "assistant"}


def messages_of(nodes: Sequence[Node], translator: Translator, begin: int) -> list[DraftMessage]:
    """White space around a message goes; one without text is none. Raises Untranslatable."""
    scope = Scope(translator.uses)
    found = []
    for role, line, inner in _split(nodes, translator, begin):
        text = written(_trimmed(translator.pieces(inner, scope)))
        if text:
            found.append(DraftMessage(role, f"{text}\n" if "\n" in text else text, line))
    return found


def _split(nodes: Sequence[Node], translator: Translator, begin: int) -> Iterator[tuple[str, int, list[Node]]]:
    role, line, inner = "user", begin, list[Node]()
    for index, node in enumerate(nodes):
        name = node.call.name.text if isinstance(node, tree.Value) else ""
        if name == "role" and isinstance(node, tree.Value) and len(node.call.given) == 1:
            yield role, line, inner
            role, line, inner = _role(node), node.call.line, []
        elif name == "history" and not _says_something(nodes[index + 1 :]) and isinstance(node, tree.Value):
            translator.notes.tell(
                node.call.line, "history: the conversation comes with the call, after these messages."
            )
        else:
            inner.append(node)
    yield role, line, inner


def _role(node: tree.Value) -> str:
    said = node.call.given[0].text
    if said not in _ROLES or node.call.given[0].kind != "text":
        raise Untranslatable(node.call.line, f"a message is of system, user or model, not of {said[:40]!r}.")
    return _ROLES[said]


def _says_something(nodes: Sequence[Node]) -> bool:
    return any(not isinstance(node, Text) or node.text.strip() for node in nodes)


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    kept = [piece for piece in pieces if piece.text]
    while kept and kept[0].kind == "text" and not kept[0].text.strip():
        kept.pop(0)
    while kept and kept[-1].kind == "text" and not kept[-1].text.strip():
        kept.pop()
    if kept and kept[0].kind == "text":
        kept[0] = kept[0]._replace(text=kept[0].text.lstrip())
    if kept and kept[-1].kind == "text":
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return kept
