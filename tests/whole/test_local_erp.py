"""`make up ERP=1` as another program meets it, where Tryton's packages install."""

import json
import stat
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from aiops.embedded.home import make_home
from tests.tryton import PASSWORD, copy_pristine
from tests.whole.console import HTTP, Console, keep, running, until


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """With packages and modules as the tests of Tryton made them, by the same steps; who may act in it is new."""
    home = make_home(tmp_path_factory.mktemp("erp") / "home")
    (home.path / "erp-venv").symlink_to(copy_pristine(home.postgres))
    keep(home, POSTGRES_PASSWORD=PASSWORD, ERP_DATABASE_PASSWORD=PASSWORD, ERP_ADMIN_PASSWORD=PASSWORD)
    with running(home.path, ERP="1") as console:
        yield console


def test_whoever_has_erp_json_may_act_in_it(console: Console) -> None:
    file = console.home / "erp.json"
    facts = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(facts) == {"url", "database", "user", "key"}
    assert [party["code"] for party in _parties(facts)] == ["C-1001"]


def test_it_is_told_where_it_is_and_started_again_when_it_dies(console: Console) -> None:
    facts = json.loads((console.home / "erp.json").read_text())
    assert console.run["erp_url"] == json.loads(console.aiops("status", "--json"))["erp_url"] == facts["url"]
    died = console.kill("erp")
    until(lambda: console.run["pids"].get("erp", [died]) != [died])
    until(lambda: bool(_parties(facts)))


def _parties(facts: dict[str, Any]) -> list[dict[str, Any]]:
    url = f"{facts['url']}/{facts['database']}/rest/model/party.party"
    domain = "W1siY29kZSIsICI9IiwgIkMtMTAwMSJdXQ=="  # [["code", "=", "C-1001"]]
    headers = {"Authorization": f"Bearer {facts['key']}"}
    try:
        answer = HTTP.get(url, params={"d": domain, "f": "code"}, headers=headers, timeout=10)
        return list(answer.json()) if answer.is_success else []
    except httpx.TransportError:
        return []
