import stat
from pathlib import Path

import orjson
import pytest

from aiops.embedded.credentials import OWN, SHARED, load_credentials
from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home, make_home


@pytest.fixture
def made(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def test_secrets_are_made_once(made: Home) -> None:
    first = load_credentials(made, {})
    assert load_credentials(made, {}) == first
    assert set(first) == {*SHARED, *OWN}
    assert len(set(first.values())) == len(first)


def test_secrets_are_for_their_owner_only(made: Home) -> None:
    load_credentials(made, {})
    assert stat.S_IMODE(made.secrets_file.stat().st_mode) == 0o600


def test_a_secret_given_in_the_environment_wins_and_is_not_stored(made: Home) -> None:
    assert load_credentials(made, {"SECRET_KEY": "mine"})["SECRET_KEY"] == "mine"
    assert load_credentials(made, {})["SECRET_KEY"] != "mine"


def test_what_others_keep_beside_them_stays(made: Home) -> None:
    made.secrets_file.write_bytes(orjson.dumps({"demo": {"support": "a password"}}))
    load_credentials(made, {})
    assert orjson.loads(made.secrets_file.read_bytes())["demo"] == {"support": "a password"}


@pytest.mark.parametrize("ruin", [b"", b"{", b"[]"])
def test_a_ruined_file_is_not_replaced_by_new_secrets(made: Home, ruin: bytes) -> None:
    made.secrets_file.write_bytes(ruin)
    with pytest.raises(CannotStart, match="put its backup back"):
        load_credentials(made, {})
    assert made.secrets_file.read_bytes() == ruin


def test_a_lost_file_is_not_replaced_while_data_is_there(made: Home) -> None:
    made.postgres.mkdir()
    with pytest.raises(CannotStart, match=r"secrets\.json is gone"):
        load_credentials(made, {})
