"""Tests in a CSV file: a column is a variable unless its name begins with two underscores."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.suites import expected

_UNPROTECTED_COMMA = re.compile(r"(?<!\\),")


class NotATable(Exception):
    """`line` is where it stops being one."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(f"line {line}: {detail}")
        self.line, self.detail = line, detail


def rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row as the test that YAML would have, and its line. Raises NotATable."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if cells:
                _check_length(cells, header, line)
                yield line, _test(dict(zip(header, cells, strict=True)))
    except csv.Error as fault:
        raise NotATable(reader.line_num, f"it is not CSV ({fault}).") from fault


def _check_header(header: Sequence[str]) -> None:
    twice = next((name for index, name in enumerate(header) if name in header[:index]), None)
    if twice is not None:
        raise NotATable(1, f"the column {twice!r} is there twice.")


def _check_length(cells: Sequence[str], header: Sequence[str], line: int) -> None:
    if len(cells) != len(header):
        raise NotATable(line, f"it has {len(cells)} cells, the header has {len(header)}.")


def _test(row: Mapping[str, str]) -> dict[str, Any]:
    plain = {name.strip(): cell for name, cell in row.items()}
    test: dict[str, Any] = {"vars": {name: cell for name, cell in plain.items() if not name.startswith("__")}}
    test["assert"] = _assertions(plain)
    test["metadata"] = _metadata(plain)
    test["description"] = plain.get("__description") or None
    test["threshold"] = plain.get("__threshold") or None
    test |= {name: True for name in plain if name.startswith("__") and not _is_known(name)}
    return test


def _assertions(row: Mapping[str, str]) -> list[dict[str, Any]]:
    cells = [cell for name, cell in row.items() if name.startswith("__expected") and cell.strip()]
    metric = {"metric": row["__metric"]} if row.get("__metric") else {}
    return [expected.assertion(cell) | metric for cell in cells]


def _metadata(row: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in row.items():
        _, _, key = name.partition("__metadata:")
        if key.endswith("[]"):
            found[key.removesuffix("[]")] = _split(cell)
        elif key:
            found[key] = cell
    return found


def _split(cell: str) -> list[str]:
    parts = (part.strip().replace("\\,", ",") for part in _UNPROTECTED_COMMA.split(cell))
    return [part for part in parts if part]


def _is_known(name: str) -> bool:
    return name.startswith(("__expected", "__metadata:")) or name in {"__description", "__metric", "__threshold"}
