"""A real model on this machine answers through the gateway, where its packages install."""

import json
from pathlib import Path
from typing import Any

from openai import OpenAI

from aiops.embedded.home import Home
from tests.local_model import installed_packages
from tests.whole.console import prepared, running, until

DECLARED = """
features:
  answers: {name: Answers, grounding: annotate}
tenants:
  acme: {name: Acme Robotics}
"""
SOURCES = [{"id": "rules", "text": "A book may be kept for 30 days. Each day after that costs 20 cents."}]


def test_a_real_model_answers_is_counted_and_has_no_price(tmp_path: Path) -> None:
    (tmp_path / "aiops.yaml").write_text(DECLARED)
    home = Home(prepared(tmp_path / "home"))
    (home.path / "llm-venv").symlink_to(installed_packages())
    with running(home.path, LOCAL_LLM="1") as console:
        console.aiops("apply", "-f", str(tmp_path / "aiops.yaml"))
        key = json.loads(console.aiops("key", "create", "--tenant", "acme", "--json"))["key"]
        tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": "ann", "X-AIOps-Session": "real"}
        with OpenAI(base_url=console.run["gateway_url"], api_key=key, default_headers=tags) as client:
            answer = client.chat.completions.create(
                model="smollm2", messages=[{"role": "user", "content": "Say hello."}], max_tokens=12
            )
            grounded: Any = client.chat.completions.create(
                model="smollm2",
                messages=[{"role": "user", "content": "How long may I keep a book?"}],
                max_tokens=24,
                extra_body={"sources": SOURCES},
            )
        until(lambda: len(console.calls("real")) == 2)
        second, call = console.calls("real")
    assert answer.choices[0].message.content
    assert answer.usage is not None
    assert (call["output_tokens"], call["cost_usd"]) == (answer.usage.completion_tokens, None)
    assert (call["simulated"], call["outcome"]) == (False, "ok")
    # What so small a model says is another matter; it is checked and told.
    assert grounded.grounding["mode"] == "annotate"
    assert grounded.grounding["counts"]["sources_given"] == second["sources_given"] == 1
    assert second["output_tokens"] == grounded.usage.completion_tokens
    assert call["sources_given"] is None
