"""What `make install` does before there is anything to import."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from aiops.embedded.home import ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.fixture(scope="module")
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_of_the_tests", ROOT / "tools" / "setup.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def python(file: Path, version: str) -> None:
    program(file, f"""echo '[[{version.replace(".", ", ")}], "cpython", "{file}"]'""")


def test_the_newest_interpreter_that_will_do_is_taken(setup: ModuleType, path: Path) -> None:
    python(path / "python3", "3.11")
    python(path / "python3.12", "3.12")
    python(path / "home/.pyenv/versions/3.13.0/bin/python3", "3.13")
    python(path / "python", "3.15")
    assert setup._interpreter() == str(path / "home/.pyenv/versions/3.13.0/bin/python3")


def test_an_interpreter_that_is_there_and_refuses_is_passed_over(setup: ModuleType, path: Path) -> None:
    program(path / "python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
    python(path / "python3.12", "3.12")
    assert setup._interpreter() == str(path / "python3.12")


def test_versions_beside_pyenvs_shims_are_found_wherever_home_is(setup: ModuleType, path: Path) -> None:
    python(path / "elsewhere/versions/3.12.1/bin/python3", "3.12")
    setup.os.environ["PATH"] = str(path / "elsewhere/shims")
    assert setup._interpreter() == str(path / "elsewhere/versions/3.12.1/bin/python3")


def test_without_a_good_interpreter_there_is_none(setup: ModuleType, path: Path) -> None:
    python(path / "python3", "3.11")
    assert setup._interpreter() is None


def test_uv_is_pinned_with_hashes(setup: ModuleType) -> None:
    requirement = setup._locked_uv()
    assert requirement.startswith("uv==")
    assert "--hash=sha256:" in requirement


def test_this_environment_is_what_the_lock_says(setup: ModuleType) -> None:
    assert Path(sys.prefix).name == ".venv"
    assert setup._stored_stamp() in [setup._stamp(setup.DEVELOPMENT), setup._stamp(setup.RUNTIME)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_names_an_index(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "--index" not in text
    assert text.count("==") <= text.count("--hash=sha256:")
