"""What Tryton's actions take and give, as JSON Schemas."""

from typing import Final

from integrations.contract import Json

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 200}
_SHOWN: Final = {"type": ["string", "null"]}
_AMOUNT: Final = {
    "description": "An exact decimal, as text or as a number: 12.50",
    "anyOf": [
        {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,4})?$"},
        {"type": "number", "minimum": 0, "maximum": 999_999_999},
    ],
}


def _object(required: list[str], **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


READ_PARTY: Final = {
    **_object(
        [],
        code={**_TEXT, "description": "The party's code, exactly."},
        name={**_TEXT, "description": "Part of its name."},
        limit={"type": "integer", "minimum": 1, "maximum": 20, "description": "At most so many; 5 unless given."},
    ),
    "oneOf": [{"required": ["code"]}, {"required": ["name"]}],
}
PARTIES: Final = _object(
    ["parties"],
    parties={
        "type": "array",
        "items": _object(
            ["id", "code", "name", "addresses", "contacts"],
            id={"type": "integer"},
            code=_SHOWN,
            name=_SHOWN,
            addresses={"type": "array", "items": {"type": "string"}},
            contacts={"type": "array", "items": _object(["type", "value"], type=_SHOWN, value=_SHOWN)},
        ),
    },
)
DRAFT_SALE: Final = _object(
    ["party", "lines"],
    party={**_TEXT, "description": "The customer's code in Tryton."},
    description={**_TEXT, "description": "What the sale is about."},
    lines={
        "type": "array",
        "minItems": 1,
        "maxItems": 50,
        "items": {
            **_object(
                ["quantity", "unit_price"],
                product={**_TEXT, "description": "The product's code in Tryton."},
                description={"type": "string", "minLength": 1, "maxLength": 1000},
                quantity={"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
                unit_price=_AMOUNT,
            ),
            "anyOf": [{"required": ["product"]}, {"required": ["description"]}],
        },
    },
)
CANCEL_SALE: Final = _object(["sale"], sale={"type": "integer", "minimum": 1, "description": "The sale's id."})
SALE: Final = _object(
    ["id", "state", "party", "lines"],
    id={"type": "integer"},
    number=_SHOWN,
    reference=_SHOWN,
    description=_SHOWN,
    state={"type": "string"},
    party=_SHOWN,
    company=_SHOWN,
    currency=_SHOWN,
    untaxed_amount=_SHOWN,
    lines={"type": "array", "items": {"type": "object"}},
)
