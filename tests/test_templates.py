"""What the strict content security policy forbids must not get into a template at all."""

import re
from pathlib import Path

import pytest

from aiops.static_packages import FILES, MissingPackageFile, PackageFilesFinder, location_of

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
EVENTS = r"abort|blur|change|click|error|focus|input|key\w+|load|mouse\w+|submit|toggle"
FORBIDDEN = {
    "a style of its own": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "a handler in an attribute": re.compile(rf"\son(?:{EVENTS})\s*=|hx-on|js:|javascript:", re.IGNORECASE),
    "a script of its own": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "another host": re.compile(r"(?:src|href)=[\"']?(?:https?:)?//", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape off"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    text = path.read_text()
    assert {name: found.group() for name, pattern in FORBIDDEN.items() if (found := pattern.search(text))} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_form_that_changes_something_has_its_token(path: Path) -> None:
    text = path.read_text()
    assert text.lower().count('method="post"') == text.count("{% csrf_token %}")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_evaluates_no_text(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function|document\.write|\.style\.cssText", path.read_text())


@pytest.mark.parametrize("name", FILES)
def test_files_of_other_packages_are_where_they_are_named(name: str) -> None:
    assert location_of(name).stat().st_size > 10_000
    assert PackageFilesFinder().find(name) == str(location_of(name))


def test_a_file_that_moved_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILES, "vendor/gone.js", ("django_htmx", "static/gone.js"))
    with pytest.raises(MissingPackageFile, match=r"django_htmx holds no static/gone\.js"):
        location_of("vendor/gone.js")


def test_what_is_not_named_is_not_found() -> None:
    assert PackageFilesFinder().find("../settings.py") is None
    assert PackageFilesFinder().find("css/app.css", find_all=True) == []
