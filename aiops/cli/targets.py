"""What a stop is of, as options name it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from aiops.cli.options import filled
from aiops.cli.printing import counted
from aiops.cli.remote import Console

Tenant = Annotated[str | None, typer.Option(metavar="SLUG", help="A customer; alone: all of it.", callback=filled)]
Feature = Annotated[
    str | None, typer.Option(metavar="SLUG", help="A feature of the tenant, or of --all-tenants.", callback=filled)
]
AllTenants = Annotated[bool, typer.Option("--all-tenants", help="With --feature: of everyone.")]
Connection = Annotated[str | None, typer.Option(metavar="NAME", help="A system of the tenant's own.", callback=filled)]
User = Annotated[
    str | None, typer.Option(metavar="ID", help="A person, as the tenant's application names them.", callback=filled)
]
Provider = Annotated[str | None, typer.Option(metavar="SLUG", help="A provider, for everyone.", callback=filled)]
Model = Annotated[str | None, typer.Option(metavar="SLUG", help="A model, for everyone.", callback=filled)]
Prompt = Annotated[
    str | None, typer.Option(metavar="NAME@V17", help="A prompt's version, for everyone.", callback=filled)
]
Everything = Annotated[bool, typer.Option("--everything", help="Every call of everyone.")]

# Names of these alone do not say what they are of.
_KINDS = {
    "provider": "provider ", "model": "model ", "prompt_version": "prompt ", "connection": "connection ",
    "user": "user ",
}  # fmt: skip
_OPTION = Parameter.KEYWORD_ONLY
_ONE = "name one target: --tenant, --provider, --model, --prompt, --feature with --all-tenants, or --everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Raises BadParameter, before anything is sent, of what is no one target."""

    tenant: Tenant = None
    feature: Feature = None
    all_tenants: AllTenants = False
    connection: Connection = None
    user: User = None
    provider: Provider = None
    model: Model = None
    prompt: Prompt = None
    everything: Everything = False

    @property
    def is_given(self) -> bool:
        return bool(self.everything or self.names or self.all_tenants)

    @property
    def names(self) -> dict[str, str]:
        named = {**self._of_tenant(), "provider": self.provider, "model": self.model, "prompt_version": self.prompt}
        return {name: value for name, value in named.items() if value is not None}

    def body(self) -> dict[str, str]:
        """As the API takes it."""
        wide, inner = self._wide(), self._of_tenant()
        if self.all_tenants and (self.feature is None or len(inner) > 1):
            raise typer.BadParameter("--all-tenants goes with --feature, and with nothing else.")
        if not wide and not inner:
            raise typer.BadParameter(f"Say what to stop or lift; {_ONE}.")
        if len(wide) + bool(inner) > 1:
            raise typer.BadParameter(f"{_options([*wide, *inner])} are more than one target; {_ONE}.")
        if inner:
            return {"scope": "feature", **inner} if self.all_tenants else self._checked(inner)
        return {"scope": "global"} if self.everything else wide

    def _wide(self) -> dict[str, str]:
        wide = {name: value for name, value in self.names.items() if name not in self._of_tenant()}
        return wide | ({"everything": ""} if self.everything else {})

    def _of_tenant(self) -> dict[str, str]:
        named = {"tenant": self.tenant, "feature": self.feature, "connection": self.connection, "user": self.user}
        return {name: value for name, value in named.items() if value is not None}

    @staticmethod
    def _checked(inner: dict[str, str]) -> dict[str, str]:
        others = [name for name in inner if name != "tenant"]
        if "tenant" not in inner:
            everyone = ", or of everyone with --all-tenants" if others == ["feature"] else ""
            raise typer.BadParameter(f"{_options(others)}: say of which --tenant{everyone}.")
        if len(others) > 1:
            raise typer.BadParameter(f"{_options(others)} are more than one target: name one of them.")
        return inner


def naming_a_target(command: Callable[..., None]) -> Callable[..., None]:
    """In place of `named`, the command takes the options by which one names a target, the same for all commands."""

    @wraps(command)
    def run(**given: Any) -> None:
        command(named=Named(**{each.name: given.pop(each.name) for each in fields(Named)}), **given)

    options = [Parameter(each.name, _OPTION, default=each.default, annotation=each.type) for each in fields(Named)]
    own = [each.replace(kind=_OPTION) for each in signature(command).parameters.values()]
    at = next(place for place, each in enumerate(own) if each.name == "named")
    # Read by Typer.
    vars(run)["__signature__"] = Signature([*own[:at], *options, *own[at + 1 :]])
    return run


def spoken(body: dict[str, str]) -> str:
    """As it was named; what the console calls it comes with its answer."""
    tenant = body.get("tenant")
    named = next((value for name, value in body.items() if name not in ("tenant", "scope")), "")
    if body.get("scope") == "global":
        return "everyone"
    if body.get("scope") == "feature":
        return f"{named} of everyone"
    kind = next((_KINDS[name] for name in body if name in _KINDS), "")
    return (f"{kind}{named} of {tenant}" if named else tenant) if tenant else f"{kind}{named}"


def spoken_of(stop: dict[str, Any]) -> str:
    """Of a stop as the console tells it, by the short names that commands take."""
    match stop["scope"]:
        case "global":
            return "everyone"
        case "feature":
            return f"{stop['feature']} of everyone"
        case "tenant":
            return str(stop["tenant"])
    named = f"{_KINDS.get(stop['scope'], '')}{stop['feature'] or stop['ref'] or '(forgotten)'}"
    return f"{named} of {stop['tenant']}" if stop["tenant"] else named


def options_for(stop: dict[str, Any]) -> str:
    """How commands name its target."""
    match stop["scope"]:
        case "global":
            return "--everything"
        case "feature":
            return f"--feature {stop['feature']} --all-tenants"
        case "tenant":
            return f"--tenant {stop['tenant']}"
        case "tenant_feature":
            return f"--tenant {stop['tenant']} --feature {stop['feature']}"
    return str(stop["id"])


def blast_lines(console: Console, body: dict[str, str]) -> list[str]:
    """What it would end, in words; what cannot be told is left out."""
    found = console.get("stops/blast-radius/", **body)
    rate, tenants, people = found["calls_per_minute"], found["tenants"], found["people"]
    busiest = ", ".join(each["slug"] for each in (found["features"] or [])[:5])
    lines = [
        f"{rate:,.1f} calls a minute" if rate is not None else "",
        f"{counted(tenants, 'tenant')} with calls in the last two hours" if tenants is not None else "",
        f"{counted(people, 'person', 'people')} in the last quarter of an hour" if people is not None else "",
        f"{counted(found['open_streams'], 'answer')} under way" if found["open_streams"] is not None else "",
        f"features: {busiest}" if busiest else "",
    ]
    return [line for line in lines if line]


def _options(names: list[str]) -> str:
    shown = [f"--{'prompt' if name == 'prompt_version' else name}" for name in names]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
