"""A call that names a prompt gets its text: rendered here, never by the caller."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from costs.records import LONGEST_TEXT, PromptChoice
from gateway.call import Call
from gateway.config import Prompt, PromptVersion
from gateway.errors import BadBody, BadPrompt, UnknownPrompt
from gateway.json_words import kind_of
from gateway.loading.prompt_text import Unusable
from gateway.steps.lowering import lower
from killswitch import scopes
from prompts.choosing import Chosen, caller
from prompts.rendering import Compiled
from tenants.refusals import Refused

# A hash this short could be anybody's.
_SHORTEST: Final = 8
_OWN_KEYS: Final = frozenset({"name", "version", "variables"})
# As callers are told, to whom it is all the same whether a lane is their tenant's own.
_TOLD: Final[Mapping[PromptChoice, str]] = {
    PromptChoice.MAIN: "main",
    PromptChoice.CANARY: "canary",
    PromptChoice.TENANT: "main",
    PromptChoice.TENANT_CANARY: "canary",
    PromptChoice.PINNED: "pinned",
}


class Named(NamedTuple):
    name: str
    # Empty: what is live.
    version: str
    variables: Mapping[str, Any]


async def prompt(call: Call) -> None:
    """The prompt's messages come first, the caller's follow; the prompt's settings win over the caller's."""
    named = _named(call)
    if named is None:
        return
    lower(call)
    call.prompt_reference = f"{named.name}@{named.version}"
    found = _found(call, named.name)
    version, choice = _chosen(call, found, named.version)
    compiled = await _compiled(found, version)
    try:
        rendered = compiled.render(named.variables)
    except Refused as refused:
        raise BadPrompt(f"Prompt {named.name!r}: {refused.detail}") from None
    # Its own limit on the answer would contradict the prompt's: providers refuse both together.
    dropped = {"prompt", "max_tokens"} if "max_completion_tokens" in compiled.settings else {"prompt"}
    body = {key: value for key, value in call.body.items() if key not in dropped}
    own = body.get("messages") or []
    if not isinstance(own, list):
        raise BadBody(f"messages must be an array, not {kind_of(own)}.")
    settings = {**compiled.settings, **_model_instead(call)}
    call.body = {**body, **settings, "messages": [*rendered, *own]}
    call.prompt_version = version.hash
    call.prompt_choice = choice
    call.prompt_told = f"{named.name}@{version.hash}; {_TOLD[choice]}"
    call.targets = (*call.targets, scopes.prompt_version_key(version.id))


def _model_instead(call: Call) -> Mapping[str, str]:
    """The console's own checks ask one model what it makes of a prompt; of others a prompt's own model holds."""
    named = call.headers.get(b"x-aiops-model") if call.key.tenant.is_operator else None
    return {"model": named.decode("utf-8", "replace")} if named else {}


async def _compiled(prompt: Prompt, version: PromptVersion) -> Compiled:
    """What is live is ready; of what is pinned, the first call makes it so, and holds up no other."""
    try:
        return version.text.compiled() if version.text.is_ready else await asyncio.to_thread(version.text.compiled)
    except Unusable as fault:
        raise BadPrompt(f"Prompt {prompt.name!r} {version.label} cannot be rendered: {fault}") from None


def _named(call: Call) -> Named | None:
    header = call.headers.get(b"x-aiops-prompt")
    given = call.body.get("prompt")
    if given is None and not header:
        return None
    if isinstance(given, dict) and "id" in given and not header and not call.is_lowered:
        # One that OpenAI keeps, for its own Responses alone.
        return None
    if isinstance(given, str):
        given = {"name": given}
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise BadPrompt('prompt must be {"name": …, "variables": {…}}, or its name.')
    unknown = sorted(map(str, given.keys() - _OWN_KEYS))
    if unknown:
        raise BadPrompt(f"prompt has no {', '.join(unknown)}; it has name, version and variables.")
    name, version = _meant((header or b"").decode("utf-8", "replace"), _text(given, "name"), _text(given, "version"))
    if not name:
        raise BadPrompt("The call names no prompt: its name goes first, in X-AIOps-Prompt or prompt.name.")
    variables = given.get("variables", {})
    if not isinstance(variables, dict):
        raise BadPrompt("prompt.variables must be an object: names and values.")
    return Named(name[:LONGEST_TEXT], version[:LONGEST_TEXT], variables)


def _meant(header: str, body: str, version: str) -> tuple[str, str]:
    """The name and the version; a version is of the prompt beside which it was named, and of no other."""
    there, here = header.partition("@"), body.partition("@")
    names, versions = {there[0], here[0]} - {""}, {there[2], here[2], version} - {""}
    if len(names) > 1 or len(versions) > 1:
        said = ", ".join(repr(each) for each in (header, body, version) if each)
        raise BadPrompt(f"The call names several prompts or versions ({said}), in X-AIOps-Prompt or prompt: name one.")
    return next(iter(names), ""), next(iter(versions), "")


def _found(call: Call, name: str) -> Prompt:
    tenant = call.key.tenant
    found = call.config.prompts.get(name)
    if found is None or not (tenant.is_operator or found.may_be_known(call.key.environment, tenant.id)):
        raise _unknown(call, name)
    return found


def _unknown(call: Call, name: str) -> UnknownPrompt:
    """Told are the prompts that this key is served; to the console's own all, which it may pin."""
    environment, tenant = call.key.environment, call.key.tenant
    prompts = call.config.prompts.values()
    told = [each.name for each in prompts if tenant.is_operator or each.is_offered(environment, tenant.id)]
    return UnknownPrompt(name, environment, told)


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise BadPrompt(f"prompt.{name} must be a text.")
    return value


def _chosen(call: Call, prompt: Prompt, word: str) -> tuple[PromptVersion, PromptChoice]:
    """And why it is this one."""
    environment, tenant = call.key.environment, call.key.tenant
    if not word:
        # What the console asks for its own checks is nobody's call, and tries nothing out.
        who = "" if tenant.is_operator else caller(tenant.id, call.user)
        found = prompt.served(environment, tenant.id, who)
        if found is None:
            raise _unknown(call, prompt.name)
        return found.version, _lane(found)
    fitting = [each for each in prompt.versions if _is(each, word) and _may_pin(call, each)]
    if len(fitting) != 1:
        raise UnknownPrompt.no_version(prompt.name, word, environment)
    return fitting[0], PromptChoice.PINNED


def _lane(found: Chosen[PromptVersion]) -> PromptChoice:
    if found.is_own:
        return PromptChoice.TENANT_CANARY if found.is_canary else PromptChoice.TENANT
    return PromptChoice.CANARY if found.is_canary else PromptChoice.MAIN


def _is(version: PromptVersion, word: str) -> bool:
    return version.label == word or (len(word) >= _SHORTEST and version.hash.startswith(word))


def _may_pin(call: Call, version: PromptVersion) -> bool:
    """What never went live is for the console's own checks: pinning it would go round the verdict."""
    return call.key.tenant.is_operator or version.was_served(call.key.environment, call.key.tenant.id)
