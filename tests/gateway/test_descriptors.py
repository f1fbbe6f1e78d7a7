import logging
import resource

import pytest

from gateway.process.descriptors import raise_limit


def test_a_process_takes_as_many_files_as_it_is_allowed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        limit = raise_limit(1)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (limit, limit)
    assert not caplog.records


def test_and_says_when_they_are_too_few_for_its_calls(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, 1024))
    with caplog.at_level(logging.WARNING):
        raise_limit(2500)
    assert "gateway.few_files limit=1024 needed=5256" in caplog.text
