"""Handlebars, as dotprompt has it, in our words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from prompts.exchange.dotprompt import tree
from prompts.exchange.dotprompt.scope import Scope, Uses, Value
from prompts.exchange.dotprompt.tree import Block, Call, Node, Partial, Text
from prompts.exchange.draft import Notes, Untranslatable
from prompts.exchange.tags import joined

PARTS: Final = "parts"
_DEEPEST: Final = 10
_BLOCKS: Final = frozenset({"if", "unless", "each", "with", "ifEquals", "unlessEquals"})
_MARKERS: Final = {
    "media": "pictures and files come with the call, not with the prompt.",
    "section": "sections are filled by a program, and have no counterpart.",
    "history": "the conversation comes with the call, after the prompt's messages; it can only be the last thing.",
    "role": "a role begins a message: it stands in no block, and in no partial.",
    "log": "it writes to a program's log, and has no counterpart.",
    "lookup": "a value found by another value has no counterpart.",
}


class Piece(NamedTuple):
    """`kind`: text, or a tag's; `has_line`: it stood alone on its line."""

    kind: str
    text: str
    has_line: bool = False


@dataclass(slots=True)
class Translator:
    """`find`: the text of a partial by its name, which raises Untranslatable; `parts`: those that were included."""

    uses: Uses
    find: Callable[[str, int], str]
    notes: Notes
    parts: dict[str, str] = field(default_factory=dict)
    inside: tuple[str, ...] = ()

    def text(self, nodes: list[Node], scope: Scope) -> str:
        return written(self.pieces(nodes, scope))

    def pieces(self, nodes: list[Node], scope: Scope) -> list[Piece]:
        return [piece for node in nodes for piece in self._node(node, scope)]

    def _node(self, node: Node, scope: Scope) -> list[Piece]:
        if isinstance(node, Text):
            return [Piece("text", node.text)]
        if isinstance(node, Partial):
            return self._partial(node, scope)
        if isinstance(node, Block):
            return self._block(node, scope)
        return [Piece("{{", f"{{{{ {self._printed(node.call, scope)} }}}}")]

    def _printed(self, call: Call, scope: Scope) -> str:
        name = call.name.text
        if name == "json" and len(call.given) == 1:
            return self._json(call, scope)
        if name in _MARKERS and (call.given or call.named or name == "history"):
            raise Untranslatable(call.line, f"{name}: {_MARKERS[name]}")
        if call.given or call.named:
            raise Untranslatable(call.line, f"the helper {name!r} is a program's own, and has no counterpart.")
        return scope.value(call.name, call.line).printed()

    def _json(self, call: Call, scope: Scope) -> str:
        indent = call.named.get("indent")
        self.notes.tell(call.line, "json: written with a space after each : and comma.")
        value = scope.value(call.given[0], call.line)
        given = value.text if value.is_certain else f"{value.text}|default(none)"
        return f"{given}|tojson({indent.text})" if indent and indent.kind == "number" else f"{given}|tojson"

    def _block(self, block: Block, scope: Scope) -> list[Piece]:
        call = block.call
        if call.name.kind == "path" and call.name.text not in _BLOCKS:
            return self._section(block, scope)
        wanted = 2 if call.name.text.endswith("Equals") else 1
        if len(call.given) != wanted or call.named or block.is_inverse:
            raise Untranslatable(
                call.line, f"{call.name.text} takes {wanted} value{'s' * (wanted > 1)}, and nothing else."
            )
        if call.name.text == "each":
            how = "fielded" if _asks_for_key(block.body) else "looped"
            return self._each(block, scope, scope.value(call.given[0], call.line, how))
        if call.name.text == "with":
            return self._with(block, scope)
        return self._if(block, self._condition(call, scope), scope, scope)

    def _section(self, block: Block, scope: Scope) -> list[Piece]:
        """{{#name}} is a loop, a question or a step into an object: by what the name is."""
        call = block.call
        if call.given or call.named:
            raise Untranslatable(
                call.line, f"the helper {call.name.text!r} is a program's own, and has no counterpart."
            )
        value = scope.value(call.name, call.line, "tested")
        if block.is_inverse:
            return self._if(block, f"not {value.tested()}", scope, scope)
        if value.type == "array":
            return self._each(block, scope, value)
        if value.type == "boolean":
            return self._if(block, value.tested(), scope, scope)
        raise Untranslatable(call.line, f"{{{{#{call.name.text}}}}} may mean three things; write #if, #each or #with.")

    def _condition(self, call: Call, scope: Scope) -> str:
        if call.name.text in ("if", "unless"):
            value = scope.value(call.given[0], call.line, "tested")
            return f"{'not ' * (call.name.text == 'unless')}{value.tested()}"
        values = [scope.value(each, call.line) for each in call.given]
        texts = [each.text if each.is_certain else f"{each.text}|default(none)" for each in values]
        return f"{texts[0]} {'==' if call.name.text == 'ifEquals' else '!='} {texts[1]}"

    def _if(self, block: Block, condition: str, within: Scope, scope: Scope) -> list[Piece]:
        return [
            Piece("{%", f"{{% if {condition} %}}", block.alone[0]),
            *self.pieces(block.body, within),
            *self._otherwise(block, scope),
            Piece("{%", "{% endif %}", block.alone[2]),
        ]

    def _otherwise(self, block: Block, scope: Scope) -> list[Piece]:
        if block.otherwise is None:
            return []
        return [
            Piece("{%", "{% else %}", block.alone[1] and not _is_chain(block)),
            *self.pieces(block.otherwise, scope),
        ]

    def _with(self, block: Block, scope: Scope) -> list[Piece]:
        value = scope.value(block.call.given[0], block.call.line, "fielded")
        names = {name: value for name in block.call.params[:1]}
        condition = Value(value.text, {"type": "object"}).tested() if not value.type else value.tested()
        return self._if(block, condition, Scope(self.uses, value._replace(is_certain=True), names, scope), scope)

    def _each(self, block: Block, scope: Scope, value: Value) -> list[Piece]:
        is_object = value.type == "object" or (not value.type and _asks_for_key(block.body))
        word = self.uses.free_word(block.call.params[0] if block.call.params else "item")
        key = self.uses.free_word("key") if is_object else ""
        head = f"{key}, {word} in {value.listed()}|items" if is_object else f"{word} in {value.listed()}"
        if is_object and not value.is_certain:
            head = f"{key}, {word} in {value.text}|default({{}}, true)|items"
        inner = Value(word, value.schema.get("items") or {}, is_certain=True)
        names = dict(zip(block.call.params, (inner, Value(key or "loop.index0")), strict=False))
        within = Scope(self.uses, inner, names, scope, key, is_loop=True)
        return [
            Piece("{%", f"{{% for {head} %}}", block.alone[0]),
            *self.pieces(block.body, within),
            *self._otherwise(block, scope),
            Piece("{%", "{% endfor %}", block.alone[2]),
        ]

    def _partial(self, node: Partial, scope: Scope) -> list[Piece]:
        call = node.call
        name = call.name.text
        if name in self.inside or len(self.inside) >= _DEEPEST:
            raise Untranslatable(call.line, f"partials include each other: {' → '.join((*self.inside, name))}.")
        text = self.find(name, call.line)
        if node.indent and "\n" in text.strip():
            self.notes.tell(call.line, f"partial {name}: its further lines are no longer moved to the right.")
        is_plain = scope.is_top and not call.given and not call.named
        pieces = self._included(name, text, call) if is_plain else self._in_place(name, text, call, scope)
        return [Piece("text", node.indent), *pieces] if node.indent else pieces

    def _included(self, name: str, text: str, call: Call) -> list[Piece]:
        path = f"{PARTS}/{name}.md"
        part = self._within(name, call, lambda: self.text(tree.parse(text), Scope(self.uses)))
        self.parts[path] = part
        include = Piece("{%", f'{{% include "{path}" %}}')
        # The last line end of a part is never written.
        return [include, Piece("text", "\n")] if part.endswith("\n") else [include]

    def _in_place(self, name: str, text: str, call: Call, scope: Scope) -> list[Piece]:
        self.notes.tell(call.line, f"partial {name}: it is given values of its own, so its text is written in place.")
        inner = scope
        if call.given:
            inner = Scope(self.uses, scope.value(call.given[0], call.line, "fielded"), {}, scope.parent, scope.key)
        names: Mapping[str, Value] = {key: scope.value(word, call.line) for key, word in call.named.items()}
        within = Scope(self.uses, inner.this, {**inner.names, **names}, inner.parent, inner.key, inner.is_loop)
        return self._within(name, call, lambda: self.pieces(tree.parse(text), within))

    def _within[T](self, name: str, call: Call, translate: Callable[[], T]) -> T:
        """What is wrong in a partial is told where it is included."""
        before = self.inside
        self.inside = (*before, name)
        try:
            return translate()
        except Untranslatable as fault:
            raise Untranslatable(call.line, f"partial {name}, line {fault.line}: {fault.detail}") from None
        finally:
            self.inside = before


def written(pieces: list[Piece]) -> str:
    """A tag that had its line keeps it, where our language can take that line away again."""
    kept = [piece for piece in pieces if piece.text]
    found: list[tuple[str, str]] = []
    for index, piece in enumerate(kept):
        following = kept[index + 1] if index + 1 < len(kept) else None
        if piece.has_line and following and (following.kind != "text" or not following.text[0].isspace()):
            found.append((piece.kind, f"{piece.text[:-2]}-%}}\n"))
        else:
            found.append((piece.kind, piece.text))
    return joined(found)


def _is_chain(block: Block) -> bool:
    first = block.otherwise[0] if block.otherwise else None
    return isinstance(first, Block) and first.is_chained


def _asks_for_key(nodes: list[Node]) -> bool:
    return any(
        (isinstance(node, tree.Value) and node.call.name.text == "@key")
        or (isinstance(node, Block) and _asks_for_key([*node.body, *(node.otherwise or [])]))
        for node in nodes
    )
