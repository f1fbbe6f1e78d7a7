"""What a person sees when everything is up: where to look, who to be, and a first call that works."""

import json
from collections.abc import Mapping
from shlex import quote
from textwrap import dedent, indent
from typing import Any

from aiops.embedded.erp.facts import facts_file
from aiops.embedded.home import ROOT, Home
from aiops.embedded.run_file import RunFacts

_ADDRESSES = {"Console": "url", "Gateway": "gateway_url", "Simulator": "simulator_url", "ERP": "erp_url"}
_QUESTION = "How do I send a parcel back?"
_DEMO_STAYS = """\
This folder holds the demo: its tenants, keys and people stay.
For an empty start set AIOPS_HOME to another folder."""
_FIRST_STEPS = (
    ".venv/bin/aiops user create --email you@example.com --role admin",
    ".venv/bin/aiops apply -f docs/examples/aiops.yaml",
    ".venv/bin/aiops key create --tenant fernwood",
)


def greeting(facts: RunFacts, home: Home, seconds: float) -> str:
    parts = [f"Ready after {seconds:.1f} s.\n\n{addresses(facts)}"]
    demo = facts.get("demo")
    if isinstance(demo, Mapping) and demo.get("tenants"):
        parts += [_logins(demo["logins"]), _curl(facts, demo), _snippet(facts, demo)]
    else:
        parts += [_DEMO_STAYS] if facts.get("holds_demo") else []
        parts += [] if facts.get("has_people") else [_first_steps(home)]
        parts += [_connect(facts, home)] if facts.get("erp_url") else []
    return "\n" + "\n\n".join([*parts, "Ctrl-C stops everything."]) + "\n"


def addresses(facts: Mapping[str, Any]) -> str:
    found = {name: facts.get(key) for name, key in _ADDRESSES.items()}
    return "\n".join(f"{name:<9}  {address}" for name, address in found.items() if address)


def _first_steps(home: Home) -> str:
    """The commands find this folder by themselves only where everybody looks."""
    where = () if home.path == ROOT / ".aiops" else (f"export AIOPS_HOME={quote(str(home.path))}",)
    return "\n  ".join(["Nobody can log in yet. In a second terminal:", *where, *_FIRST_STEPS])


def _connect(facts: RunFacts, home: Home) -> str:
    """Whose ERP it is nobody knows but the person."""
    return (
        f"Connect a tenant to the ERP at {facts['url']}/connections/new/\n"
        f"What is asked for there is in {facts_file(home)}."
    )


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
