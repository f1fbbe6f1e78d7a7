"""What is wrong with JSON that somebody typed, in words that name what to mend."""

from collections.abc import Mapping
from json import JSONDecodeError
from typing import Final

# By how Python's reader begins to say it.
_WORDS: Final[Mapping[str, str]] = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing after a name",
    "Expecting property name": "a name in double quotes is missing",
    "Expecting value": "a value is missing",
    "Extra data": "something follows after its end",
    "Illegal trailing comma": "there is a comma after the last value",
    "Unterminated string": "a text has no closing quote",
    "Invalid control character": "a text has a line end or a tab in it: write \\n or \\t",
    "Invalid \\": "a backslash stands before what needs none: write \\\\",
}


def words_of(fault: JSONDecodeError) -> str:
    """`a comma or a closing bracket is missing, in line 2 at 7`."""
    said = next((words for start, words in _WORDS.items() if fault.msg.startswith(start)), "it cannot be read")
    return f"{said}, in line {fault.lineno} at {fault.colno}"
