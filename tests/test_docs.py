"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


def words_of(pattern: str) -> list[tuple[str, str]]:
    return [(file.name, found) for file in DOCUMENTS for found in re.findall(pattern, file.read_text())]


@pytest.mark.parametrize(("document", "target"), sorted(set(words_of(r"(?m)(?:`|^)make ([a-z]+)"))))
def test_every_make_target_named_is_in_the_makefile(document: str, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("document", "link"), sorted(set(words_of(r"\]\(([^)#:]+)(?:#[^)]*)?\)"))))
def test_every_link_leads_somewhere(document: str, link: str) -> None:
    base = ROOT if document in {"README.md", "CONTRIBUTING.md"} else ROOT / "docs"
    assert (base / link).exists()


@pytest.mark.parametrize(("document", "setting"), sorted(set(words_of(r"`(AIOPS_[A-Z_]+)"))))
def test_every_setting_named_is_read_somewhere(document: str, setting: str) -> None:
    read = [file for folder in ("aiops", "tools", "gateway") for file in (ROOT / folder).rglob("*.py")]
    assert any(setting in file.read_text() for file in read)


@pytest.mark.parametrize(
    ("document", "command"), sorted(set(words_of(r"(?<!-A )(?<![a-z-])aiops ((?:audit|key|user) [a-z]+|[a-z]+)\b")))
)
def test_every_command_named_is_there(document: str, command: str) -> None:
    modules = "".join(file.read_text() for file in (ROOT / "aiops" / "cli").glob("*.py"))
    assert all(f'"{word}"' in modules or f"def {word}" in modules for word in command.split())
