"""Versions of a prompt, made through the services that the product uses."""

from datetime import UTC, datetime
from typing import Any

from prompts import services
from prompts.bundle import Bundle
from prompts.models import PromptVersion
from prompts.services import Released
from tenants.actors import SYSTEM, Actor

AT = datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC)


def make_bundle(text: str = "Be kind.", **parts: Any) -> Bundle:
    return Bundle.parse(
        {
            "messages": [{"role": "system", "content": text}, {"role": "user", "content": "{{ question }}"}],
            "parts": {},
            "model": {"chain": "default"},
            "output": {},
            "variables": {"question": {"type": "string", "required": True}},
        }
        | parts
    )


def make_version(text: str = "Be kind.", *, name: str = "welcome", **values: Any) -> PromptVersion:
    return services.push_version(name, make_bundle(text), **{"by": SYSTEM, "at": AT} | values).version


def make_release(version: PromptVersion, environment: str = "production", by: Actor = SYSTEM) -> Released:
    return services.release(version, environment=environment, by=by, at=AT)
