"""A real small model on this machine, where its packages can be installed."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from aiops.embedded.llm import LocalModel
from aiops.embedded.ports import free_port
from tests.embedded.running import until
from tests.local_model import installed_packages


@pytest.fixture(scope="module")
def model() -> Iterator[LocalModel]:
    local, env = LocalModel(installed_packages(), free_port()), dict(os.environ)
    process = local.process(env)
    with subprocess.Popen(process.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until(process.is_ready, seconds=60)
            yield local
        finally:
            server.terminate()


@pytest.mark.timeout(300)
def test_a_real_model_answers_in_openais_shape_and_keeps_to_a_schema(model: LocalModel) -> None:
    topic = {"enum": ["returns", "billing"]}
    schema = {"type": "object", "properties": {"topic": topic}, "required": ["topic"], "additionalProperties": False}
    body = {
        "messages": [{"role": "user", "content": "Where is my refund?"}],
        "max_tokens": 60,
        "temperature": 0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "topic", "strict": True, "schema": schema}},
    }
    answer = _ask(model, body)
    assert answer["model"] == "smollm2"
    assert answer["usage"]["completion_tokens"] > 0
    assert json.loads(answer["choices"][0]["message"]["content"])["topic"] in {"returns", "billing"}


def _ask(model: LocalModel, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{model.address}/chat/completions",
        data=json.dumps(body | {"model": "smollm2"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - as above
        return json.load(answer)
