"""A suite's name, and the feature that its calls are tagged with."""

from pathlib import Path

import pytest
from rest_framework.test import APIClient

from evals.naming import LONGEST_SUITE, feature_of
from evals.suites import canonical
from evals.suites.model import Assertion, Case, Gate, Suite
from tenants.models import Role, Tenant
from tests.evals.suites.files import problems_of, suite_of
from tests.factories import make_key

LONGEST = "s" * LONGEST_SUITE


def test_no_two_names_share_a_feature() -> None:
    assert feature_of(LONGEST) == f"eval-{LONGEST}"
    assert len(feature_of(LONGEST)) == 63
    assert feature_of(LONGEST[:-1]) != feature_of(LONGEST)


def test_a_file_may_name_a_suite_up_to_that_length(tmp_path: Path) -> None:
    text = "tests: [{vars: {a: b}}]\nsuite: "
    assert suite_of(tmp_path, f"{text}{LONGEST}\n").name == LONGEST
    assert "1 to 58 small letters" in str(problems_of(tmp_path, f"{text}{LONGEST}s\n"))


@pytest.mark.parametrize(("name", "status"), [(LONGEST, 200), (f"{LONGEST}s", 422)])
def test_and_so_may_whoever_pushes_one(operator: Tenant, name: str, status: int) -> None:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=Role.ADMIN).text}")
    case = Case("hello", vars={"question": "Hi"}, checks=(Assertion("icontains", "hello"),))
    content = canonical.as_json(Suite(name, "welcome", Gate(), (case,)))
    answer = api.post("/api/v1/suites/", {"suite": content}, format="json")
    assert answer.status_code == status, answer.content
