"""What a prompt file can be found fault with, by names that never change: annotations and pardons go by them. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Rule(StrEnum):
    SYNTAX = "prompt/syntax"
    FIELD = "prompt/field"
    UNREADABLE = "prompt/unreadable"
    MISSING_PART = "prompt/missing-part"
    OUTSIDE_FOLDER = "prompt/outside-folder"
    CYCLIC_INCLUDE = "prompt/cyclic-include"
    TOO_LARGE = "prompt/too-large"
    UNDECLARED_VARIABLE = "prompt/undeclared-variable"
    DUPLICATE_NAME = "prompt/duplicate-name"
    UNUSED_VARIABLE = "prompt/unused-variable"
    UNUSED_PART = "prompt/unused-part"
    OVER_BUDGET = "prompt/over-budget"
    GIANT = "prompt/giant"
    ONE_PIECE = "prompt/one-piece"
    REPEATED = "prompt/repeated-passage"
    NEARLY_REPEATED = "prompt/nearly-repeated-passage"
    SECRET = "prompt/secret"  # noqa: S105 - the name of a rule
    PERSONAL = "prompt/personal-data"
    CONTRADICTION = "prompt/contradiction"


SAID: Final[Mapping[Rule, str]] = {
    Rule.SYNTAX: "It cannot be read: YAML, a template or JSON is not written as it must be.",
    Rule.FIELD: "A field is unknown, missing or out of its bounds.",
    Rule.UNREADABLE: "A file cannot be read as text.",
    Rule.MISSING_PART: "A part or a schema that is named is not there.",
    Rule.OUTSIDE_FOLDER: "An include leads out of the prompt's folder.",
    Rule.CYCLIC_INCLUDE: "Parts include each other.",
    Rule.TOO_LARGE: "More files, parts, loops or text than a prompt may have.",
    Rule.UNDECLARED_VARIABLE: "A template uses a variable that is not declared.",
    Rule.DUPLICATE_NAME: "Two files have one name.",
    Rule.UNUSED_VARIABLE: "A variable is declared, and no text uses it.",
    Rule.UNUSED_PART: "No prompt includes the part.",
    Rule.OVER_BUDGET: "The text is larger than its budget.",
    Rule.GIANT: "A giant prompt: too much is sent at every call.",
    Rule.ONE_PIECE: "One message holds everything, without parts.",
    Rule.REPEATED: "A passage stands twice.",
    Rule.NEARLY_REPEATED: "A passage stands twice in nearly the same words.",
    Rule.SECRET: "A key or token stands in the text.",
    Rule.PERSONAL: "Data of a person stand in the text.",
    Rule.CONTRADICTION: "A model holds that two instructions contradict each other.",
}
# Without them a prompt is not read at all: they cannot be pardoned.
FIRM: Final = frozenset(
    {
        Rule.SYNTAX, Rule.FIELD, Rule.UNREADABLE, Rule.MISSING_PART, Rule.OUTSIDE_FOLDER, Rule.CYCLIC_INCLUDE,
        Rule.TOO_LARGE, Rule.UNDECLARED_VARIABLE, Rule.DUPLICATE_NAME,
    }
)  # fmt: skip
