import json
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from prompts import services
from prompts.bundle import Bundle
from prompts.files import read
from prompts.models import PromptVersion
from prompts.services import Origin
from tenants.actors import SYSTEM
from tenants.models import Role
from tenants.refusals import Invalid
from tests.cli.conftest import Aiops, As, printed, run
from tests.prompts.factories import AT, make_bundle, make_kept, make_release, make_version

PROMPT = "welcome.prompt.yaml"
QUESTION = {"role": "user", "content": "{{ question }}"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: str = "archive") -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() for path in sorted(Path(folder).rglob("*")) if path.is_file()
    }


def lines(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def push(bundle: Bundle, name: str = "welcome") -> PromptVersion:
    return services.push_version(name, bundle, by=SYSTEM, at=AT).version


def rich() -> Bundle:
    system = {"role": "system", "content": 'Hi.\n{% include "parts/a.md" %}\n'}
    return make_bundle(
        messages=[system, QUESTION],
        parts={"parts/a.md": "Be kind.\n"},
        output={"schema": {"type": "object", "properties": {"b": {}, "a": {"type": "string"}}}},
    )


def test_every_version_is_a_folder_of_its_own_and_reads_as_that_version(aiops: Aiops) -> None:
    first, second = make_version(), push(rich())
    result = aiops("prompts", "export", "--out", "archive")
    assert (result.exit_code, result.stdout) == (
        0,
        "welcome: 2 new versions, 0 there already\n1 prompt, 2 new versions, 0 there already.\n",
    )
    old, new = f"welcome/v0001-{first.hash[:8]}", f"welcome/v0002-{second.hash[:8]}"
    assert sorted(files()) == [
        "welcome/history.jsonl",
        "welcome/prompt.json",
        "welcome/releases.jsonl",
        f"{old}/welcome.prompt.yaml",
        f"{new}/parts/a.md",
        f"{new}/schemas/welcome.json",
        f"{new}/welcome.prompt.yaml",
    ]
    found = [read([Path("archive") / each]).prompts[0].bundle.hash for each in (old, new)]
    assert found == [first.hash, second.hash]


def test_who_pushed_and_released_is_beside_them_oldest_first(aiops: Aiops) -> None:
    origin = Origin("abc123", "Ann", "Kinder")
    first, second = make_version(), make_version("Be short.", origin=origin)
    make_release(first)
    make_release(second)
    aiops("prompts", "export", "--out", "archive")
    history = lines("archive/welcome/history.jsonl")
    assert [row["number"] for row in history] == [1, 2]
    assert history[1] == {
        "number": 2, "hash": second.hash, "commit": "abc123", "author": "Ann", "message": "Kinder",
        "pushed_at": "2026-11-22T02:14:07Z", "pushed_by": SYSTEM.label,
    }  # fmt: skip
    releases = lines("archive/welcome/releases.jsonl")
    assert [(row["environment"], row["version"]) for row in releases] == [
        ("production", first.hash),
        ("production", second.hash),
    ]
    assert "prompt" not in releases[0]
    assert json.loads(Path("archive/welcome/prompt.json").read_text())["name"] == "welcome"


def test_a_later_export_adds_what_is_new_and_touches_nothing_else(aiops: Aiops) -> None:
    make_version()
    aiops("prompts", "export", "--out", "archive")
    before = files()
    for path in before:
        os.utime(Path("archive") / path, (1, 1))
    make_version("Be short.")
    report = printed(aiops("prompts", "export", "--out", "archive", "--json"))
    assert report["prompts"] == [
        {"name": "welcome", "new": 1, "same": 1, "releases": 0, "whole": [], "refused": [], "faults": []}
    ]
    touched = {path for path in before if (Path("archive") / path).stat().st_mtime != 1}
    assert touched == {"welcome/history.jsonl"}
    assert files()["welcome/history.jsonl"].startswith(before["welcome/history.jsonl"])


def test_two_exports_are_the_same_bytes(aiops: Aiops) -> None:
    push(rich())
    make_version(name="other")
    aiops("prompts", "export", "--out", "archive")
    aiops("prompts", "export", "--out", "again")
    assert files("archive") == files("again")


def test_a_version_that_was_changed_by_hand_is_put_right(aiops: Aiops) -> None:
    make_version()
    aiops("prompts", "export", "--out", "archive")
    before = files()
    (path,) = (Path("archive") / each for each in before if each.endswith(".prompt.yaml"))
    path.write_text(path.read_text().replace("kind", "rude"))
    aiops("prompts", "export", "--out", "archive")
    assert files() == before


def test_only_some_may_be_asked_for(aiops: Aiops) -> None:
    make_version()
    make_version(name="other")
    aiops("prompts", "export", "--out", "archive", "--prompt", "other")
    assert sorted(os.listdir("archive")) == ["other"]
    refused = aiops("prompts", "export", "--out", "archive", "--prompt", "welcom")
    assert (refused.exit_code, "the console has no prompt 'welcom'; did you mean welcome?" in refused.stderr) == (
        1,
        True,
    )


@pytest.mark.parametrize(
    ("changed", "said", "beside"),
    [
        ({"parts": {"parts/alone.md": "x"}}, "nobody includes parts/alone.md.", ["parts/alone.md", PROMPT]),
        ({"parts": {"bundle.json": "x"}}, "nobody includes bundle.json.", []),
        ({"parts": {".git/config": "x"}}, "the part '.git/config' would be a file of git's own.", []),
        (
            {"messages": [{"role": "system", "content": "hello  \nworld \n\n\n"}, QUESTION]},
            "files keep no spaces at the ends of lines and no blank lines at the end of a text.",
            [PROMPT],
        ),
    ],
)
def test_what_prompt_files_cannot_say_is_kept_whole_beside_them_and_told(
    aiops: Aiops, changed: dict[str, Any], said: str, beside: list[str]
) -> None:
    version = push(make_bundle(**changed))
    result = aiops("prompts", "export", "--out", "archive")
    told = f"welcome v1: kept as bundle.json too, because prompt files cannot say all of it: {said}\n"
    assert (result.exit_code, result.stderr) == (0, told)
    folder = f"welcome/v0001-{version.hash[:8]}"
    assert sha256(files()[f"{folder}/bundle.json"].encode()).hexdigest() == version.hash
    found = sorted(path.removeprefix(f"{folder}/") for path in files() if path.startswith(folder))
    assert found == sorted(["bundle.json", *beside])


def test_what_is_kept_whole_is_there_the_next_time_and_put_right_if_it_was_changed(aiops: Aiops) -> None:
    push(make_bundle(parts={"parts/alone.md": "x"}))
    aiops("prompts", "export", "--out", "archive")
    before = files()
    assert aiops("prompts", "export", "--out", "archive").stdout == "1 prompt, 0 new versions, 1 there already.\n"
    (path,) = Path("archive").rglob("alone.md")
    path.write_text("y")
    assert aiops("prompts", "export", "--out", "archive").exit_code == 0
    assert files() == before


def test_what_is_kept_whole_can_be_pushed_as_that_very_version(aiops: Aiops) -> None:
    version = push(make_bundle(parts={"parts/alone.md": "x"}))
    aiops("prompts", "export", "--out", "archive")
    (path,) = Path("archive").rglob("bundle.json")
    assert Bundle.from_json(path.read_text()).hash == version.hash


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ nobody }}", "messages[0], line 1: there is no variable 'nobody'; there are: question."),
        ("{% for i in range(5000) %}x{% endfor %}", "messages[0], line 1: range() may have at most 1,000 numbers, not"),
        ("{% include 'parts/gone.md' %}", "messages[0], line 1: there is no part 'parts/gone.md'"),
        ("{% if %}", "messages[0], line 1: "),
    ],
)
def test_what_no_console_keeps_again_is_written_and_told_in_the_words_of_its_refusal(
    aiops: Aiops, text: str, said: str
) -> None:
    version = make_kept(text)
    make_version()
    result = aiops("prompts", "export", "--out", "archive")
    (told,) = (line for line in result.stderr.splitlines() if "no console keeps it again" in line)
    assert (result.exit_code, told.startswith("welcome v1: written, and no console")) == (0, True)
    assert said in told
    with pytest.raises(Invalid, match=re.escape(said)):
        services.push_version("anew", version.bundle, by=SYSTEM, at=AT)


def test_programs_are_told_which_versions_no_console_keeps_again(aiops: Aiops) -> None:
    make_kept("{{ nobody }}")
    make_version()
    (welcome,) = printed(aiops("prompts", "export", "--out", "archive", "--json"))["prompts"]
    assert [each["version"] for each in welcome["refused"]] == ["v1"]
    assert (welcome["new"], welcome["faults"]) == (2, [])


def test_all_other_versions_are_pushed_anew_from_the_archive(aiops: Aiops) -> None:
    make_kept("{{ nobody }}")
    hashes = {make_version().hash, push(rich()).hash}
    aiops("prompts", "export", "--out", "archive")
    found = [read([each]).prompts[0].bundle for each in Path("archive/welcome").glob("v000[23]*")]
    assert {services.push_version("anew", each, by=SYSTEM, at=AT).version.hash for each in found} == hashes


def test_a_content_that_is_not_what_its_hash_is_of_is_told_and_the_others_are_written(aiops: Aiops) -> None:
    first = make_version()
    PromptVersion.objects.create(prompt=first.prompt, number=2, hash="0" * 64, content=first.content, pushed_at=AT)
    result = aiops("prompts", "export", "--out", "archive")
    assert (result.exit_code, "welcome v2: its content is not what its hash is of" in result.stderr) == (1, True)
    assert result.stdout.endswith("1 prompt, 1 new version, 0 there already; 1 version could not be written.\n")
    assert [path for path in files() if "v0002" in path] == []


def test_contents_come_in_pages(aiops: Aiops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiops.cli.prompts.exporting._CONTENTS", 2)
    versions = [make_version(f"Be {number}.", name=f"p{number % 3}") for number in range(7)]
    report = printed(aiops("prompts", "export", "--out", "archive", "--json"))
    assert [(each["name"], each["new"]) for each in report["prompts"]] == [("p0", 3), ("p1", 2), ("p2", 2)]
    stored = {prompt.bundle.hash for each in Path("archive").glob("*/v*") for prompt in read([each]).prompts}
    assert stored == {version.hash for version in versions}


def test_two_prompts_of_one_content_are_both_written(aiops: Aiops) -> None:
    make_version(name="a")
    make_version(name="b")
    assert aiops("prompts", "export", "--out", "archive").stdout.endswith(
        "2 prompts, 2 new versions, 0 there already.\n"
    )
    assert len(list(Path("archive").glob("*/v0001-*/*.prompt.yaml"))) == 2


def test_prompts_without_news_take_no_lines(aiops: Aiops) -> None:
    make_version(name="a")
    make_version(name="b")
    aiops("prompts", "export", "--out", "archive")
    make_version("Be short.", name="b")
    result = aiops("prompts", "export", "--out", "archive")
    assert result.stdout == "b: 1 new version, 1 there already\n2 prompts, 1 new version, 2 there already.\n"


def test_a_link_in_the_folder_leads_nothing_out_of_it(aiops: Aiops, folder: Path) -> None:
    make_version()
    (folder / "elsewhere").mkdir()
    (folder / "archive").mkdir()
    (folder / "archive/welcome").symlink_to(folder / "elsewhere")
    result = aiops("prompts", "export", "--out", "archive")
    assert (result.exit_code, os.listdir("elsewhere")) == (1, [])
    assert "a link leads it out of archive." in result.stderr


def test_who_may_only_read_may_export(aiops: Aiops, as_role: As) -> None:
    make_version()
    as_role(Role.SUPPORT)
    assert aiops("prompts", "export", "--out", "archive").exit_code == 0


def test_a_console_without_prompts_gives_none(aiops: Aiops) -> None:
    assert aiops("prompts", "export", "--out", "archive").stdout == "0 prompts, 0 new versions, 0 there already.\n"


def test_help_is_there() -> None:
    assert run("prompts", "export", "--help").exit_code == 0
