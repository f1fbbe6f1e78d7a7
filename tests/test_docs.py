"""What the documents name is there, and what other programs rely on is in the documents."""

import re
from collections.abc import Iterable
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import typer

from aiops import cli
from aiops.cli.app import app
from aiops.cli.failing import ERROR, UNCONFIRMED
from aiops.embedded.doctor import Finding
from aiops.embedded.run_file import FIELDS
from aiops.embedded.status import ProcessStatus, Status
from aiops.simulator.app import Simulator
from aiops.simulator.faults import KINDS
from costs.records import Outcome
from costs.serializers import CallShape, SpendRowShape, SpendShape
from gateway import errors
from gateway.serializers.applying import AppliedShape, DeclaredShape
from integrations.serializers import ActionShape, ConnectionShape, OutcomeShape, WriteShape
from killswitch.forms import REASONS, UNTIL
from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.serializers import ConfirmationsShape, DrillShape, LiftResultShape, StopResultShape, StopShape
from readiness.evidence import COUNTED, State
from readiness.items import BAR, ITEMS
from readiness.serializers import FeatureItemsShape, ItemExceptionShape, ItemReadinessShape
from tenants.serializers import AuditChainShape, NewKeyShape, UserShape, VerificationShape

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
SETTINGS_READ_IN = (
    "aiops/settings.py",
    "aiops/embedded/settings.py",
    "aiops/demo/declarations.py",
    "aiops/cli/remote.py",
)
MARKED = re.compile(r"`([^`]+)`")

for name in {module.name for module in iter_modules(cli.__path__)} - {"__main__"}:
    import_module(f"{cli.__name__}.{name}")


def words_of(pattern: str) -> list[tuple[str, str]]:
    return [(file.name, found) for file in DOCUMENTS for found in re.findall(pattern, file.read_text())]


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def section(name: str, heading: str) -> str:
    """From its heading to the next of any level."""
    _, _, rest = document(name).partition(f"\n{heading}\n")
    assert rest, f"{name} has no {heading!r}"
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows_of(text: str) -> dict[str, str]:
    """The rows of its tables, by what their first cell marks."""
    cells = re.findall(r"^\| `([^|`]+)`[^|]* \|(.*)\|$", text, re.MULTILINE)
    return dict(cells)


def unnamed(names: Iterable[str], text: str) -> list[str]:
    return sorted(set(names) - {part for marked in MARKED.findall(text) for part in re.split(r"[^\w]+", marked)})


def options_of(command: Any) -> set[str]:
    options = [param for param in command.params if param.param_type_name == "option"]
    return {name for option in options for name in (*option.opts, *option.secondary_opts)} - {"--help", "-h"}


def commands() -> dict[str, set[str]]:
    """Every command and its options."""
    found: dict[str, set[str]] = {}
    top: Any = typer.main.get_command(app)
    for name, command in top.commands.items():
        for inner, leaf in getattr(command, "commands", {"": command}).items():
            found[f"aiops {name} {inner}".strip()] = options_of(leaf)
    return found


@pytest.mark.parametrize(("document", "target"), sorted(set(words_of(r"(?m)(?:`|^)make ([a-z]+)"))))
def test_every_make_target_named_is_in_the_makefile(document: str, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("document", "link"), sorted(set(words_of(r"\]\(([^)#:]+)(?:#[^)]*)?\)"))))
def test_every_link_leads_somewhere(document: str, link: str) -> None:
    base = ROOT if document in {"README.md", "CONTRIBUTING.md"} else ROOT / "docs"
    assert (base / link).exists()


@pytest.mark.parametrize(("document", "setting"), sorted(set(words_of(r"`(AIOPS_[A-Z_]+)"))))
def test_every_setting_named_is_read_somewhere(document: str, setting: str) -> None:
    read = [file for folder in ("aiops", "tools", "gateway") for file in (ROOT / folder).rglob("*.py")]
    assert any(setting in file.read_text() for file in read)


@pytest.mark.parametrize(
    ("document", "command"), sorted(set(words_of(r"(?<!-A )(?<![a-z-])aiops ((?:audit|key|user) [a-z]+|[a-z]+)\b")))
)
def test_every_command_named_is_there(document: str, command: str) -> None:
    modules = "".join(file.read_text() for file in (ROOT / "aiops" / "cli").rglob("*.py"))
    assert all(f'"{word}"' in modules or f"def {word}" in modules for word in command.split())


@pytest.mark.parametrize("file", SETTINGS_READ_IN)
def test_every_setting_that_is_read_is_in_the_table(file: str) -> None:
    # The name is the first argument of whatever reads it, or the second after the environment.
    read = set(re.findall(r'\w\((?:environ, )?"([A-Z]+_[A-Z_]+|DEMO)"', (ROOT / file).read_text()))
    assert read
    table = section("architecture.md", "## Settings (environment; secrets also by `NAME_FILE`)")
    assert unnamed(read, "\n".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))) == []


def test_the_contract_lists_every_command_with_its_options() -> None:
    listed = rows_of(section("contract.md", "## Commands"))
    told = {
        name: set(re.findall(r"`(-[a-z-]+)`", rest.split(" | ")[0].replace("`/`", "` `")))
        for name, rest in listed.items()
    }
    assert {name: options for name, options in told.items() if name.startswith("aiops ")} == commands()


def test_the_contract_lists_every_exit_code() -> None:
    codes = re.findall(r"^\| (\d) \|", section("contract.md", "## Commands"), re.MULTILINE)
    assert [int(code) for code in codes] == [0, ERROR, 2, UNCONFIRMED]


def test_the_contract_lists_every_outcome_and_no_other() -> None:
    listed = rows_of(section("contract.md", "### calls"))
    assert set(listed) & set(Outcome) == set(Outcome)
    assert set(listed) - set(Outcome) <= set(CallShape().fields)


def test_the_contract_lists_every_reason_and_which_need_a_second_person() -> None:
    listed = rows_of(section("contract.md", "### stop, lift, stops, review, drill"))
    assert set(listed) == set(Stop.Reason.values)
    assert {reason for reason, meaning in listed.items() if "second person" in meaning} == Stop.CAREFUL


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("## run.json", FIELDS),
        ("### calls", CallShape().fields),
        ("### spend", [*SpendShape().fields, *SpendRowShape().fields]),
        (
            "### stop, lift, stops, review, drill",
            [
                name
                for shape in (StopShape, StopResultShape, LiftResultShape, ConfirmationsShape, DrillShape)
                for name in shape().fields
            ],
        ),
        ("### readiness", [*FeatureItemsShape().fields, *ItemReadinessShape().fields, *ItemExceptionShape().fields]),
        ("### status, doctor", [field.name for shape in (Status, ProcessStatus, Finding) for field in fields(shape)]),
        (
            "### apply, key create, user create, audit verify",
            [
                name
                for shape in (AppliedShape, DeclaredShape, NewKeyShape, UserShape, VerificationShape, AuditChainShape)
                for name in shape().fields
            ],
        ),
        (
            "### connection, action, writes",
            [name for shape in (ConnectionShape, ActionShape, OutcomeShape, WriteShape) for name in shape().fields],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_contract_names_every_field(heading: str, names: Iterable[str]) -> None:
    assert unnamed(names, section("contract.md", heading)) == []


def test_the_contract_lists_every_state_of_readiness_and_which_count() -> None:
    listed = rows_of(section("contract.md", "### readiness"))
    assert set(listed) == set(State)
    assert {state for state, rest in listed.items() if rest.strip().startswith("yes")} == set(COUNTED)


def test_every_item_of_readiness_is_explained_as_it_is() -> None:
    rows = re.findall(r"^\| (\d+) ([^|]+) \| ([^|]+) \|", section("readiness.md", "## The items"), re.MULTILINE)
    listed = {int(number): (title.strip(), owner.strip()) for number, title, owner in rows}
    assert listed == {number: (item.title, str(item.owner)) for number, item in ITEMS.items()}
    assert f"{BAR} of {len(ITEMS)}" in document("readiness.md")


def test_every_refusal_of_the_gateway_is_explained() -> None:
    # Nobody is there to read `caller_gone`.
    told = [getattr(errors, name) for name in errors.__all__ if name != "Gone"]
    codes = [refusal.code for refusal in told if "code" in vars(refusal)]
    assert unnamed(codes, section("gateway.md", "## Errors")) == []


def test_every_fault_of_the_simulator_is_explained() -> None:
    assert unnamed(KINDS, section("simulator.md", "## Faults")) == []


@pytest.mark.parametrize(
    ("method", "path"), re.findall(r"`(GET|POST|DELETE) (/control/[a-z]+)`", document("simulator.md"))
)
def test_every_control_address_named_is_served(method: str, path: str) -> None:
    assert (method, path) in Simulator()._routes


def test_what_a_link_to_the_confirm_step_may_say_is_listed() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", (ROOT / "docs/killswitch.md").read_text(), re.M))
    assert set(re.findall(r"`(\w+)`", rows["reason"])) == {reason.value for reason in REASONS}
    assert re.findall(r"`(\w+)`", rows["until"].partition(";")[0]) == [each for each in UNTIL if each]
    assert re.findall(r"`(\w+)`", rows["mode"]) == [mode.value for mode in Mode]
