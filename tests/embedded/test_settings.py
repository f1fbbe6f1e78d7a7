import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aiops.embedded.errors import BadSetting
from aiops.embedded.home import ROOT, make_home
from aiops.embedded.settings import read
from aiops.lib.mail_server import FORM

OWNER = "postgresql://owner:secret@db.example/aiops"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("AIOPS_PORT", "abc", "a whole number from 0 to 65535"),
        ("AIOPS_PORT", "65536", "a whole number from 0 to 65535"),
        ("AIOPS_GATEWAY_PORT", "-1", "a whole number from 0 to 65535"),
        ("AIOPS_GATEWAY_PORT", "8700", "another port than AIOPS_PORT"),
        ("AIOPS_GATEWAYS", "0", "a whole number from 1 to 64"),
        ("AIOPS_GATEWAYS", "²", "a whole number from 1 to 64"),
        ("AIOPS_JOURNAL_MAX_MB", "1.5", "a whole number from 1 to 1000000"),
        ("DEMO", "maybe", "1 or 0"),
        ("LOCAL_LLM", "big", "1 or 0"),
        ("ERP", "tryton", "1 or 0"),
        ("AIOPS_HTTPS", "maybe", "1 or 0"),
        ("AIOPS_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("AIOPS_JOURNAL_SEGMENT_MB", "1025", "a whole number from 1 to 1024"),
        ("AIOPS_GATEWAY_MAX_BODY_MB", "ten", "a whole number from 1 to 1024"),
        ("AIOPS_GATEWAY_MAX_CALLS", "0", "a whole number from 1 to 100000"),
        ("AIOPS_IDLE_TRANSACTION_SECONDS", "5s", "a whole number from 1 to 3600"),
        ("EMAIL_URL", "mail.example:587", FORM),
        ("AIOPS_MAIL_FROM", "the console", "an address, or Name <address>"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        read({name: value})
    assert str(refusal.value) == f"{name} is {value!r}; allowed: {allowed}."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:secret@db.example/aiops"),
        ("DATABASE_URL", "postgresql://owner:secret@db.example:port/aiops"),
        ("DATABASE_APP_URL", "db.example"),
        ("REDIS_URL", "http://:secret@redis.example"),
    ],
)
def test_a_wrong_address_is_named_without_its_password(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=rf"^{name} is .*; allowed: \w+://user:password@host:port/name") as refusal:
        read({name: value})
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("REDIS_URL", "foo", "foo"),
        ("REDIS_URL", "redis://[broken", "redis://[broken"),
        ("REDIS_URL", "http://:se:cr@et@redis.example", "http://:…@redis.example"),
        ("DATABASE_URL", "mysql://x", "mysql://x"),
        ("DATABASE_URL", "mysql://root:secret/#?@db.example:3306/aiops", "mysql://root:…@db.example:3306/aiops"),
        ("DATABASE_URL", "postgres://owner:secret", "postgres://owner:…"),
        ("DATABASE_URL", "host=db password=secret user=me", "host=db password=… user=me"),
        ("DATABASE_URL", "mysql://db.example/aiops?password=secret&ssl=1", "mysql://db.example/aiops?password=…&ssl=1"),
    ],
)
def test_of_a_wrong_address_only_the_password_is_hidden(name: str, value: str, told: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(f"{name} is {told!r};")):
        read({name: value})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AIOPS_LOG_LEVEL", "loud", "is 'loud'; allowed: DEBUG, INFO, WARNING, ERROR, CRITICAL."),
        ("AIOPS_GATEWAY_MAX_CALLS", "many", "is 'many'; allowed: a whole number from 1 to 100000."),
        ("AIOPS_HTTPS", "maybe", "is 'maybe'; allowed: 1 or 0."),
        ("AIOPS_AUDIT_KEY", "", "has 0 characters; allowed: at least 16."),
        ("AIOPS_USER_KEY", "short", "has 5 characters; allowed: at least 16."),
        ("AIOPS_KEYRING", "k1:AAAA", "cannot be read; allowed: id:base64 of 32 bytes"),
        ("DATABASE_URL", "mysql://root:secret@db", "is 'mysql://root:…@db'; allowed: postgres://… or postgresql://…"),
    ],
)
def test_a_process_started_by_itself_refuses_the_same(name: str, value: str, said: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", name: value}
    command = [sys.executable, "-c", "import aiops.settings"]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"ImproperlyConfigured: {name} {said}" in ended.stderr


def test_mail_goes_through_the_server_that_is_named() -> None:
    environment = os.environ | {"EMAIL_URL": "smtp+tls://mail.example:587"}
    code = "from aiops import settings; print(settings.MAILERS['default'], settings.AIOPS_MAIL_IS_SET)"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "'host': 'mail.example'" in ended.stdout
    assert "console" not in ended.stdout
    assert ended.stdout.split()[-1] == "True"


def test_each_setting_is_set_once() -> None:
    """The later of two would win unseen."""
    tree = ast.parse((ROOT / "aiops" / "settings.py").read_text())
    stored = [each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    settings = [name for name in stored if name.isupper()]
    assert [name for name in settings if settings.count(name) > 1] == []


@pytest.mark.parametrize("level", ["debug", "WARNING", ""])
def test_log_levels_may_be_written_small(level: str) -> None:
    assert read({"AIOPS_LOG_LEVEL": level}) == read({})


def test_without_any_setting_everything_is_embedded() -> None:
    settings = read({})
    assert settings.home == ROOT / ".aiops"
    assert (settings.port, settings.gateway_port, settings.gateways) == (8700, 8701, 2)
    assert (settings.demo, settings.local_llm, settings.erp) == (True, False, False)
    assert (settings.database_url, settings.redis_url) == (None, None)


@pytest.mark.parametrize(("value", "demo"), [("0", False), ("no", False), ("1", True), ("TRUE", True)])
def test_yes_and_no_may_be_written_in_several_ways(value: str, demo: bool) -> None:
    assert read({"DEMO": value}).demo is demo


def test_an_address_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(f"{OWNER}\n")
    assert read({"DATABASE_URL_FILE": str(tmp_path / "address")}).database_url == OWNER


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"DATABASE_URL_FILE is .*nowhere"):
        read({"DATABASE_URL_FILE": str(tmp_path / "nowhere")})


def test_an_address_of_the_application_needs_the_owners() -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        read({"DATABASE_APP_URL": OWNER})


def test_an_erp_of_ours_is_kept_in_no_postgresql_of_somebody_elses() -> None:
    with pytest.raises(BadSetting, match="ERP is '1'; allowed: 0, as DATABASE_URL is given"):
        read({"ERP": "1", "DATABASE_URL": OWNER})


def test_a_folder_with_other_things_in_it_is_not_taken_for_data(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    tmp_path.chmod(0o755)
    with pytest.raises(BadSetting, match="allowed: a folder of its own"):
        make_home(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
