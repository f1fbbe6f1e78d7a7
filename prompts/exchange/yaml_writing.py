"""Values as the prompt files of this project write them: short ones on a line, texts as blocks that can be read."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
# Words that YAML takes for something else, in one of its versions.
_TAKEN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# What YAML has in a block as it is. Other breaks of lines would be taken for ends of lines.
_FIT: Final = re.compile(r"[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_UNFIT: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def flow(value: Any) -> str:
    """On one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{flow(str(name))}: {flow(each)}' for name, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def block(text: str, indent: int) -> str:
    """As the value of a key: its lines, so far to the right; or in quotes, where YAML could not give them back."""
    if "\n" not in text or not text.strip() or not _FIT.fullmatch(text):
        return quoted(text)
    bare = text.rstrip("\n")
    # One line end is what a block has; more are kept by +, none by -.
    ends = {0: "-", 1: ""}.get(len(text) - len(bare), "+")
    width = "2" if text[0] in " \t\n" else ""
    margin = " " * indent
    lines = [f"{margin}{line}" if line else "" for line in bare.split("\n")]
    kept = [""] * (len(text) - len(bare) - 1) if ends == "+" else []
    return "\n".join([f"|{width}{ends}", *lines, *kept])


def quoted(text: str) -> str:
    whole = json.dumps(text, ensure_ascii=False)
    return _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", whole)


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN else quoted(text)
