"""Two people let two versions go live at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from evals import services
from evals.services.promoting import NoVerdict
from prompts import services as prompts
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.refusals import Refused
from tenants.scope import ALL, scope
from tests.evals.factories import AT, make_run, make_suite
from tests.factories import make_operator
from tests.prompts.factories import make_release, make_version


@pytest.fixture
def rivals(committed: None) -> list[PromptVersion]:
    """Both green against what is live."""
    with scope(ALL):
        make_operator()
        live = make_version("one", suites=["welcome"])
        make_release(live)
        suite, rivals = make_suite(), [make_version(text, suites=["welcome"]) for text in ("two", "three")]
        for version in rivals:
            make_run(suite, version, live)
    return rivals


def promote(version: PromptVersion, together: Barrier) -> Refused | None:
    try:
        with scope(ALL):
            together.wait(10)
            services.promote(version, environment="production", by=SYSTEM, at=AT)
    except Refused as refused:
        return refused
    finally:
        connection.close()
    return None


def test_the_second_was_never_compared_with_what_is_live_by_then(rivals: list[PromptVersion]) -> None:
    together = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        refusals = [*threads.map(promote, rivals, [together] * 2)]
    assert [type(refused) for refused in refusals if refused] == [NoVerdict]
    with scope(ALL):
        served = prompts.live(rivals[0].prompt, "production")
        assert served is not None
        assert served.version == rivals[refusals.index(None)]
