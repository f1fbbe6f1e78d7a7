"""Calibrations by API."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from evals import services
from evals.models import Run
from tenants.actors import SYSTEM
from tenants.models import Feature, Role
from tests.api.conftest import AsRole, api, as_role
from tests.evals.calibration.loop import case, good, grounded_suite, measured_run
from tests.evals.factories import AT, make_suite
from tests.prompts.factories import make_release, make_version

__all__ = ["api", "as_role"]

HERE = "/api/v1/features/answers/calibrations/"
RUNS = "/api/v1/features/answers/confidence-runs/"


def make(api: APIClient, **order: str) -> dict[str, object]:
    answer = api.post(HERE, {"suite": "welcome", "target": "0.02", **order}, format="json")
    assert answer.status_code == 201, answer.json()
    found: dict[str, object] = answer.json()
    return found


def test_a_threshold_is_worked_out_set_and_taken_back(api: APIClient, answers: Feature) -> None:
    run = measured_run(answers, good())
    made = make(api)
    assert (made["threshold"], made["coverage"], made["error"], made["run"]) == (0.4001, 0.95, 0.0, str(run.pk))
    assert (made["applied_at"], made["differs"], services.policy_of(answers).min_confidence) == (None, [], 0)
    applied = api.post(f"/api/v1/calibrations/{made['id']}/apply/", {}, format="json").json()
    assert (applied["applied_at"] is not None, applied["threshold_before"]) == (True, 0.0)
    assert services.policy_of(answers).min_confidence == 0.4001
    undone = api.post(f"/api/v1/calibrations/{made['id']}/undo/").json()
    assert undone["undone_at"] is not None
    assert services.policy_of(answers).min_confidence == 0


def test_what_was_worked_out_is_listed_newest_first(api: APIClient, answers: Feature) -> None:
    measured_run(answers, good())
    first, second = make(api), make(api, target="0.1")
    assert [row["id"] for row in api.get(HERE).json()["results"]] == [second["id"], first["id"]]


def test_what_is_not_live_is_refused_by_its_code(api: APIClient, answers: Feature) -> None:
    measured_run(answers, good())
    made = make(api)
    make_release(make_version("Be kind and brief."))
    refused = api.post(f"/api/v1/calibrations/{made['id']}/apply/", {}, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_live")
    reasoned = api.post(f"/api/v1/calibrations/{made['id']}/apply/", {"reason": "only a greeting"}, format="json")
    assert reasoned.json()["differs"] == ["calibrated on v1, live is v2"]


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"target": "0.02"}, 400, "invalid"),
        ({"target": "2", "suite": "welcome"}, 400, "invalid"),
        ({"suite": "welcome"}, 400, "invalid"),
        ({"target": "0.02", "suite": "nowhere"}, 404, "not_found"),
        ({"target": "0.02", "run": str(uuid4())}, 404, "not_found"),
        ({"target": "0.02", "suite": "welcome", "more": 1}, 400, "invalid"),
    ],
)
def test_what_cannot_be_is_refused(
    api: APIClient, answers: Feature, order: dict[str, object], status: int, code: str
) -> None:
    measured_run(answers, good())
    refused = api.post(HERE, order, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("target", ["-1", "0", "2"])
def test_all_that_is_wrong_is_told_at_once(api: APIClient, answers: Feature, target: str) -> None:
    told = api.post(HERE, {"target": target}, format="json").json()["error"]["detail"]
    assert told == {"target": ["It must be above 0% and below 100%."], "suite": ["Say the suite, or the run."]}


def test_a_run_of_another_feature_is_not_this_ones(api: APIClient, answers: Feature, drafts: Feature) -> None:
    run = measured_run(drafts, good())
    refused = api.post(HERE, {"target": "0.02", "run": str(run.pk)}, format="json")
    assert refused.status_code == 404


def test_a_suite_is_asked_of_what_is_live(api: APIClient, answers: Feature) -> None:
    measured_run(answers, good())
    started = api.post(RUNS, {"suite": "welcome"}, format="json")
    assert started.status_code == 201
    run = started.json()
    assert (run["kind"], run["stands_for"], run["head_label"], run["planned"]) == ("confidence", "answers", "v1", 100)


def test_a_suite_that_names_no_prompt_is_asked_of_the_one_that_is_named(api: APIClient, answers: Feature) -> None:
    make_release(make_version())
    content = grounded_suite(case("a", "How?", "30"), name="grounded", prompt="")
    services.push_suite(content, by=SYSTEM, at=AT)
    refused = api.post(RUNS, {"suite": "grounded"}, format="json")
    assert "nothing that grounded judges is live in production" in refused.json()["error"]["detail"]
    assert api.post(RUNS, {"suite": "grounded", "head": "v1"}, format="json").status_code == 422
    started = api.post(RUNS, {"suite": "grounded", "prompt": "welcome"}, format="json")
    assert started.status_code == 201
    assert str(Run.objects.get().head) == "v1"


def test_a_prompt_that_is_not_live_needs_a_version(api: APIClient, answers: Feature) -> None:
    make_version()
    measured_run(answers, good(), name="other")
    refused = api.post(RUNS, {"suite": "other", "prompt": "welcome"}, format="json")
    assert "nothing of welcome is live in production" in refused.json()["error"]["detail"]
    assert api.post(RUNS, {"suite": "other", "prompt": "welcome", "head": "v1"}, format="json").status_code == 201


def test_a_suite_without_sources_is_refused(api: APIClient, answers: Feature) -> None:
    make_release(make_version())
    make_suite()
    refused = api.post(RUNS, {"suite": "welcome"}, format="json")
    assert (refused.status_code, "variable `sources`" in refused.json()["error"]["detail"]) == (422, True)


def test_support_may_look_only(api: APIClient, as_role: AsRole, answers: Feature) -> None:
    measured_run(answers, good())
    made = make(api)
    support = as_role(Role.SUPPORT)
    assert support.get(HERE).status_code == 200
    assert support.post(HERE, {"suite": "welcome", "target": "0.02"}, format="json").status_code == 403
    assert support.post(RUNS, {"suite": "welcome"}, format="json").status_code == 403
    assert support.post(f"/api/v1/calibrations/{made['id']}/apply/", {}, format="json").status_code == 403
    assert support.post(f"/api/v1/calibrations/{made['id']}/undo/").status_code == 403


def test_what_is_not_there_is_not_there(api: APIClient, answers: Feature) -> None:
    assert api.post(f"/api/v1/calibrations/{uuid4()}/apply/", {}, format="json").status_code == 404
    assert api.get("/api/v1/features/nowhere/calibrations/").status_code == 404
