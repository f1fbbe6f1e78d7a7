"""What a person sees when everything is up: where to look, who to be, and a first call that works."""

import json
from collections.abc import Mapping
from textwrap import dedent, indent
from typing import Any

from aiops.embedded.run_file import RunFacts

_QUESTION = "How do I send a parcel back?"


def greeting(facts: RunFacts, seconds: float) -> str:
    parts = [f"Ready after {seconds:.1f} s.\n\nConsole  {facts['url']}\nGateway  {facts['gateway_url']}"]
    demo = facts.get("demo")
    if isinstance(demo, Mapping) and demo.get("tenants"):
        parts += [_logins(demo["logins"]), _curl(facts, demo), _snippet(facts, demo)]
    else:
        parts += ["Nobody can log in yet: `.venv/bin/aiops user create --help` tells how to make the first person."]
    return "\n" + "\n\n".join([*parts, "Ctrl-C stops everything."]) + "\n"


def _logins(logins: Mapping[str, Mapping[str, str]]) -> str:
    width = max(len(one["email"]) for one in logins.values())
    lines = [f"  {role:<9} {one['email']:<{width}}  {one['password']}" for role, one in logins.items()]
    return "\n".join(["Log in as", *lines])


def _curl(facts: RunFacts, demo: Mapping[str, Any]) -> str:
    tenant = demo["tenants"][0]
    body = json.dumps({"model": demo["model"], "messages": [{"role": "user", "content": _QUESTION}]})
    call = f"""\
        curl {facts["gateway_url"]}/chat/completions \\
          -H 'Authorization: Bearer {tenant["key"]}' \\
          -H 'Content-Type: application/json' \\
          -H 'X-AIOps-Feature: {tenant["features"][0]}' -H 'X-AIOps-User: me' \\
          -d '{body}'"""
    return "A call\n" + indent(dedent(call), "  ")


def _snippet(facts: RunFacts, demo: Mapping[str, Any]) -> str:
    tenant = demo["tenants"][0]
    code = f"""\
        from openai import OpenAI

        client = OpenAI(
            base_url="{facts["gateway_url"]}",
            api_key="{tenant["key"]}",
            default_headers={{"X-AIOps-Feature": "{tenant["features"][0]}", "X-AIOps-User": "me"}},
        )
        answer = client.chat.completions.create(
            model="{demo["model"]}", messages=[{{"role": "user", "content": "{_QUESTION}"}}]
        )
        print(answer.choices[0].message.content)"""
    return "The same from Python\n" + indent(dedent(code), "  ")
