from pathlib import Path

import pytest

from aiops.declare.key_files import with_key_files
from aiops.lib import yaml_file
from aiops.lib.yaml_file import Unreadable, YamlFile


def read(folder: Path, text: str) -> YamlFile:
    path = folder / "aiops.yaml"
    path.write_text(text)
    return yaml_file.read(path)


def test_a_key_is_read_from_the_file_beside(tmp_path: Path) -> None:
    (tmp_path / "my.key").write_text("sk-secret\n")
    declaration = read(tmp_path, "providers:\n  p:\n    api_key_file: my.key\n")
    assert with_key_files(declaration).data == {"providers": {"p": {"api_key": "sk-secret"}}}


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_key_file_that_is_missing_or_empty_is_named_with_its_line(tmp_path: Path, content: str | None) -> None:
    _ = content is None or (tmp_path / "my.key").write_text(content)
    declaration = read(tmp_path, "providers:\n  p:\n    api_key_file: my.key\n")
    with pytest.raises(Unreadable, match=r"aiops\.yaml:3: api_key_file: .*my\.key"):
        with_key_files(declaration)
