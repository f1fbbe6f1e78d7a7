"""What a value is called by whoever wrote it as JSON. Pure."""


def kind_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def said(value: object) -> str:
    """A word as it is; what is none by its kind."""
    return value if isinstance(value, str) else kind_of(value)
