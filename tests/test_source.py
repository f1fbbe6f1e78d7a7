"""The source stays readable: small files, few excuses of the type checker."""

import re
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
APPS = ("aiops", "tenants", "killswitch", "prompts", "costs", "integrations", "gateway", "evals", "readiness")
MEDIAN_LINES, MOST_LINES, MOST_EXCUSES = 80, 300, 10


def lines_of_files() -> dict[str, list[str]]:
    """Those with code in them; migrations are as long as what they make."""
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    found = {str(path.relative_to(ROOT)): path.read_text().splitlines() for path in files}
    return {name: lines for name, lines in found.items() if lines}


def test_the_typical_file_is_read_at_a_glance_and_none_is_long() -> None:
    lengths = {name: len(lines) for name, lines in lines_of_files().items()}
    assert median(lengths.values()) <= MEDIAN_LINES
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_pattern_lets_a_line_end_pass_behind_what_it_takes() -> None:
    """`$` matches before the last one: where all is to fit, it is `fullmatch`. YAML's plain
    words have none, nor have addresses of servers."""
    found = {
        name: line
        for name, lines in lines_of_files().items()
        for line in lines
        if re.search(r'compile\(r?"\^.*\$"', line)
    }
    assert [name for name in found if "yaml" not in name and "embedded" not in name] == []


def test_the_type_checker_is_seldom_told_to_look_away() -> None:
    excused = [name for name, lines in lines_of_files().items() for line in lines if "type: ignore" in line]
    assert len(excused) <= MOST_EXCUSES, excused
