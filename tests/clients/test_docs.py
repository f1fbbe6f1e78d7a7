"""The code in docs/clients.md is what the scripts here run."""

import re

import pytest

from aiops.embedded.home import ROOT
from tests.clients.installing import HERE

BLOCKS = re.findall(r"```(?:python|js)\n(.+?)```", (ROOT / "docs" / "clients.md").read_text(), re.DOTALL)
SCRIPTS = [file.read_text() for folder in ("python", "node") for file in (HERE / folder).glob("*.*")]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_code_is_run_as_it_stands(block: str) -> None:
    assert any(block in script for script in SCRIPTS)


def test_there_are_blocks() -> None:
    assert len(BLOCKS) > 10
