import json
from pathlib import Path

import pytest

from gateway.models import Provider
from tenants.models import Feature, Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.declare.test_document import EXAMPLE


def write(folder: Path, text: str) -> str:
    path = folder / "aiops.yaml"
    path.write_text(text)
    return str(path)


def test_the_example_is_applied_and_a_second_time_changes_nothing(aiops: Aiops, operator: Tenant) -> None:
    first, second = aiops("apply", "-f", str(EXAMPLE)), aiops("apply", "-f", str(EXAMPLE))
    assert first.exit_code == 0
    assert "+ provider openai created" in first.stdout
    assert "Done: 12 created, 0 changed, 0 unchanged." in first.stdout
    assert "Done: 0 created, 0 changed, 12 unchanged." in second.stdout


def test_a_dry_run_changes_nothing(aiops: Aiops, operator: Tenant) -> None:
    result = aiops("apply", "-f", str(EXAMPLE), "--dry-run")
    assert "Would be: 12 created, 0 changed, 0 unchanged." in result.stdout
    assert not Provider.objects.exists()


def test_in_json_every_entry_has_its_outcome(aiops: Aiops, operator: Tenant, tmp_path: Path) -> None:
    report = printed(aiops("apply", "-f", write(tmp_path, "features:\n  answers:\n"), "--json"))
    assert report["changes"] == [{"kind": "feature", "name": "answers", "outcome": "created"}]


def test_faults_are_shown_with_their_lines_in_the_order_of_the_file(
    aiops: Aiops, operator: Tenant, tmp_path: Path
) -> None:
    file = write(tmp_path, "features:\n  a: {nam: x}\nmodels:\n  m:\n    provder: p\nbudgets:\n  - amount_usd: much\n")
    result = aiops("apply", "-f", file)
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith(file)]
    assert [line.removeprefix(f"{file}:").split(":")[0] for line in lines] == ["2", "4", "5", "7"]
    assert "did you mean name?" in lines[0]
    assert not Feature.objects.exists()


def test_in_json_faults_have_their_places(aiops: Aiops, operator: Tenant, tmp_path: Path) -> None:
    result = aiops("apply", "-f", write(tmp_path, "features:\n  a: {nam: x}\n"), "--json")
    told = json.loads(result.stdout)["error"]
    assert (result.exit_code, told["code"]) == (1, "faulty_declaration")
    assert [problem["path"] for problem in told["problems"]] == ["features.a.nam"]


def test_a_file_that_is_not_yaml_is_refused_with_its_line(aiops: Aiops, operator: Tenant, tmp_path: Path) -> None:
    result = aiops("apply", "-f", write(tmp_path, "features:\n  a: [\n"))
    assert result.exit_code == 1
    assert "aiops.yaml:3" in result.stderr


def test_a_key_in_a_file_is_stored(aiops: Aiops, operator: Tenant, tmp_path: Path) -> None:
    (tmp_path / "the.key").write_text("sk-from-a-file\n")
    text = "providers:\n  p: {base_url: https://api.example/v1, api_key_file: the.key}\n"
    assert aiops("apply", "-f", write(tmp_path, text)).exit_code == 0
    assert Provider.objects.get().api_key() == "sk-from-a-file"


def test_a_missing_file_is_wrong_usage(aiops: Aiops, operator: Tenant) -> None:
    assert aiops("apply", "-f", "/nowhere.yaml").exit_code == 2


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER])
def test_who_may_not_is_told_so(aiops: Aiops, as_role: As, role: Role) -> None:
    as_role(role)
    result = aiops("apply", "-f", str(EXAMPLE))
    assert (result.exit_code, "may not do that" in result.stderr) == (1, True)
