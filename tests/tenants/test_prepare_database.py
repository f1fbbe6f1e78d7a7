import os
import subprocess
import sys

from aiops.embedded.home import ROOT
from tests.prepared import APP_PASSWORD


def prepare(**settings: str) -> subprocess.CompletedProcess[str]:
    owner = {"DATABASE_URL": os.environ["AIOPS_TEST_OWNER_URL"], "AIOPS_APP_PASSWORD": APP_PASSWORD}
    command = [sys.executable, "manage.py", "prepare_database"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | owner | settings, capture_output=True, text=True)


def test_it_may_be_repeated_by_an_owner_who_is_no_superuser() -> None:
    again = prepare()
    assert (again.returncode, again.stderr) == (0, "")


def test_a_role_that_bypasses_row_level_security_is_refused() -> None:
    refused = prepare(AIOPS_APP_ROLE="postgres")
    assert refused.returncode == 1
    assert "bypasses row-level security" in refused.stderr
