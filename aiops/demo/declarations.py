"""What a start declares, in the words of aiops.yaml. Pure."""

from collections.abc import Container, Mapping
from typing import Any

from aiops.demo.cast import CHAIN, FEATURES, LARGE, PROVIDER, SMALL, TENANTS, THOROUGH, UNPRICED, CastFeature
from aiops.demo.story import BUDGETS

SIMULATOR_URL = "http://127.0.0.1:8702/v1"


def of_the_environment(environ: Mapping[str, str], declared: Container[str] = ()) -> dict[str, Any]:
    """Providers of the operator's own, for which a key or an address was given.

    One that is declared already may be somebody's own by now: it only follows an address that is given.
    """
    found: dict[str, Any] = {"providers": {}, "models": {}}
    if environ.get("OPENAI_API_KEY") and ("openai" not in declared or environ.get("OPENAI_BASE_URL")):
        found["providers"]["openai"] = _openai(environ.get("OPENAI_BASE_URL"))
        for name in (SMALL, LARGE):
            found["models"][f"openai/{name}"] = {"provider": "openai", "upstream": name}
    if url := environ.get("AIOPS_LOCAL_LLM_URL"):
        found["providers"]["local"] = {"name": "This machine", "base_url": url, "allow_private": True}
        found["models"]["smollm2"] = {"provider": "local"}
    return found


def simulator(environ: Mapping[str, str]) -> dict[str, Any]:
    """Where the demo's models are served; priced as the models that it plays."""
    url = environ.get("AIOPS_SIMULATOR_URL", SIMULATOR_URL)
    entry = {"name": "Simulator", "base_url": url, "simulated": True, "allow_private": True, "prices_from": "openai"}
    return {"providers": {PROVIDER: entry}}


def of_the_demo(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        **simulator(environ),
        "models": {name: {"provider": PROVIDER} for name in (SMALL, LARGE, THOROUGH, UNPRICED)},
        "chains": {CHAIN: {"models": [SMALL, LARGE]}},
        "features": {each.slug: _feature(each) for each in FEATURES},
        "tenants": {each.slug: {"name": each.name, "plan": each.plan, "domain": each.domain} for each in TENANTS},
        "budgets": [
            {name: value for name, value in budget._asdict().items() if value is not None} for budget in BUDGETS
        ],
    }


def _feature(each: CastFeature) -> dict[str, Any]:
    return {"name": each.name, "description": each.description, "grounding": each.grounding}


def _openai(base_url: str | None) -> dict[str, Any]:
    if base_url is None:
        return {"name": "OpenAI", "base_url": "https://api.openai.com/v1", "api_key_env": "OPENAI_API_KEY"}
    # Whoever starts the console chose this address; it may well be on their own network.
    return {"name": "OpenAI", "base_url": base_url, "api_key_env": "OPENAI_API_KEY", "allow_private": True}
