"""A conversation as Anthropic wants it: what the system says apart, then user and assistant in turn. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.anthropic.parts import Block, blocks_of, hint_of, listed, text_blocks
from gateway.dialects.anthropic.toolbox import function_result, function_use, tool_result, tool_use
from gateway.dialects.dialect import Unsupported
from gateway.json_words import kind_of, said

type Turn = dict[str, Any]

# Anthropic demands words of the user where OpenAI does not.
_BEFORE_THE_FIRST: Final = "…"
_AFTER_THE_LAST: Final = "Continue."
_THOUGHTS: Final = frozenset({"thinking", "redacted_thinking"})


class Conversation:
    """Of a call's `messages`; `goes_on`: the model goes on in the words of an assistant's last message."""

    def __init__(self, messages: object, *, goes_on: bool) -> None:
        if not isinstance(messages, list):
            raise Unsupported(f"messages that are {kind_of(messages)}, not array")
        for place, message in enumerate(messages):
            if not isinstance(message, dict):
                raise Unsupported(f"messages[{place}] that is {kind_of(message)}, not object")
        self.system: list[Block] = []
        self.turns: list[Turn] = []
        self._functions = 0
        # Whose words they are matters once two people speak.
        self._is_named = len({_name(each) for each in messages if each.get("role") == "user"} - {""}) > 1
        for place, message in enumerate(messages):
            try:
                self._hear(message)
            except Unsupported as what:
                raise Unsupported(f"messages[{place}]: {what}") from None
        self._round_off(goes_on=goes_on)

    @property
    def uses_tools(self) -> list[Block]:
        return [block for turn in self.turns for block in turn["content"] if block["type"] == "tool_use"]

    @property
    def ends_in_results(self) -> bool:
        return bool(self.turns) and self.turns[-1]["content"][0]["type"] == "tool_result"

    def _hear(self, message: Mapping[str, Any]) -> None:
        match message.get("role"):
            case "system" | "developer":
                self.system += _hinted(_words(message.get("content")), message)
            case "user":
                self._add("user", self._asked(message))
            case "assistant":
                self._add("assistant", self._said(message))
            case "tool":
                self._add("user", [tool_result(message)])
            case "function":
                self._add("user", [function_result(message, self._functions)])
            case role:
                raise Unsupported(f"a message of role {said(role)}")

    def _asked(self, message: Mapping[str, Any]) -> list[Block]:
        blocks = _hinted(blocks_of(message.get("content")), message)
        name = _name(message)
        return [*text_blocks(f"{name}:"), *blocks] if self._is_named and name and blocks else blocks

    def _said(self, message: Mapping[str, Any]) -> list[Block]:
        if message.get("audio"):
            raise Unsupported("an answer in audio")
        blocks = _thoughts(message.get("thinking_blocks"))
        blocks += blocks_of(message.get("content")) or text_blocks(message.get("refusal"))
        blocks += [tool_use(call) for call in listed(message, "tool_calls")]
        if isinstance(message.get("function_call"), dict):
            self._functions += 1
            blocks.append(function_use(message["function_call"], self._functions))
        return _hinted(blocks, message)

    def _add(self, role: str, blocks: list[Block]) -> None:
        if not blocks:
            return
        if self.turns and self.turns[-1]["role"] == role:
            self.turns[-1]["content"] += blocks
        else:
            self.turns.append({"role": role, "content": blocks})

    def _round_off(self, *, goes_on: bool) -> None:
        if not self.turns:
            self._add("user", self.system or text_blocks(_BEFORE_THE_FIRST))
            self.system = []
        if self.turns[0]["role"] != "user":
            self.turns.insert(0, {"role": "user", "content": text_blocks(_BEFORE_THE_FIRST)})
        for turn in self.turns:
            # Results stand before anything else that the user says.
            turn["content"].sort(key=lambda block: turn["role"] == "user" and block["type"] != "tool_result")
        if self.turns[-1]["role"] == "assistant":
            self._end(goes_on=goes_on)

    def _end(self, *, goes_on: bool) -> None:
        last = self.turns[-1]["content"][-1]
        if last["type"] != "text":
            return
        if goes_on:
            last["text"] = last["text"].rstrip()
        else:
            self._add("user", text_blocks(_AFTER_THE_LAST))


def _name(message: Mapping[str, Any]) -> str:
    name = message.get("name")
    return name if isinstance(name, str) else ""


def _words(content: object) -> list[Block]:
    blocks = blocks_of(content)
    if any(block["type"] != "text" for block in blocks):
        raise Unsupported("a system message with more than text")
    return blocks


def _thoughts(given: object) -> list[Block]:
    """As an earlier answer of this API held them, for who kept them."""
    listed = given if isinstance(given, list) else []
    return [block for block in listed if isinstance(block, dict) and block.get("type") in _THOUGHTS]


def _hinted(blocks: list[Block], message: Mapping[str, Any]) -> list[Block]:
    """A hint for the cache may stand at a whole message: it means its last block."""
    if blocks and (hint := hint_of(message)):
        blocks[-1] = blocks[-1] | hint
    return blocks
