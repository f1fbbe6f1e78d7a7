"""What the REST framework would take for something else without a word: 5 for a text, "19" for a number."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict
from rest_framework import serializers

from aiops.lib import decimals

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def faults_of(fields: Mapping[str, serializers.Field[Any, Any, Any, Any]], data: Mapping[str, Any]) -> dict[str, Any]:
    """By field. In an address all is text; in JSON a value has a type, and another one is a mistake."""
    is_json = not isinstance(data, QueryDict)
    found = {name: _fault(field, data[name], is_json=is_json) for name, field in fields.items() if name in data}
    return {name: [fault] for name, fault in found.items() if fault}


def _fault(field: serializers.Field[Any, Any, Any, Any], value: Any, *, is_json: bool) -> str:
    if value is None:
        return ""
    if isinstance(field, serializers.DecimalField):
        return "Give a decimal such as 250 or 0.50." if _is_no_decimal(value) else ""
    if isinstance(field, serializers.DateField):
        return "Give a day as 2026-12-31." if not _DAY.fullmatch(str(value)) else ""
    if not is_json:
        return ""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return next(filter(None, (_fault(field.child, each, is_json=True) for each in value)), "")
    if isinstance(field, serializers.DictField) and isinstance(value, dict):
        return next(filter(None, (_fault(field.child, each, is_json=True) for each in value.values())), "")
    return _mistyped(field, value)


def _mistyped(field: serializers.Field[Any, Any, Any, Any], value: Any) -> str:
    if isinstance(field, serializers.CharField) and not isinstance(value, str):
        return "Give a text, in quotes."
    if isinstance(field, serializers.IntegerField) and (isinstance(value, bool) or not isinstance(value, int)):
        return "Give a whole number, without quotes."
    if isinstance(field, serializers.BooleanField) and not isinstance(value, bool):
        return "Give true or false, without quotes."
    return ""


def _is_no_decimal(value: Any) -> bool:
    return isinstance(value, bool) or decimals.read(str(value)) is None
