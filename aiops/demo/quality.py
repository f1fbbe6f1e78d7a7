"""The demo's prompts and suites, released as a team does it, and the changes of them that wait for a look."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from aiops.demo.cast import CHANGES, FIRST_PUSH, FIRST_RELEASE, PlayedChange, PlayedCommit
from evals import services as evals
from evals.models import Run, Suite
from evals.suites import reading
from prompts import services as prompts
from prompts.bundle import Bundle
from prompts.files import PromptFile, read
from prompts.models import PromptVersion
from prompts.services import Origin
from tenants.actors import Actor
from tenants.models import Feature

FOLDER: Final = Path(settings.BASE_DIR) / "examples" / "quality"
# Little enough for a laptop to go on with other things.
_AT_ONCE: Final = 8


@transaction.atomic
def release_prompts(*, engineer: Actor, admin: Actor, until: datetime) -> dict[str, PromptVersion]:
    """What is live since then, by the prompt's name. Safe to repeat, as is the other."""
    first = {name: _push(file, file.bundle, FIRST_PUSH, engineer, until) for name, file in _files().items()}
    for file in sorted((FOLDER / "evals").glob("*.yaml")):
        evals.push_suite(reading.read(file), by=engineer, at=FIRST_PUSH.since(until))
    for version in first.values():
        _release(version, admin, FIRST_RELEASE.since(until))
    return first


@transaction.atomic
def judge_changes(live: Mapping[str, PromptVersion], *, engineer: Actor, until: datetime) -> None:
    """Workers ask both versions as soon as they are up."""
    files = _files()
    for change in CHANGES:
        file = files[change.prompt]
        head = _push(file, _changed(file.bundle, change), change, engineer, until)
        for suite in Suite.objects.select_related("current").filter(name__in=file.suites):
            _judge(suite, live[change.prompt], head, engineer, until)


def _files() -> dict[str, PromptFile]:
    return {prompt.name: prompt for prompt in read([FOLDER / "prompts"]).prompts}


def _push(file: PromptFile, bundle: Bundle, commit: PlayedCommit, by: Actor, until: datetime) -> PromptVersion:
    pushed = prompts.push_version(
        file.name,
        bundle,
        feature=Feature.objects.get(slug=file.feature),
        description=file.description,
        suites=file.suites,
        origin=Origin(commit.sha, by.label, commit.message),
        by=by,
        at=commit.since(until),
    )
    return pushed.version


def _release(version: PromptVersion, by: Actor, at: datetime) -> None:
    if prompts.live(version.prompt, prompts.PRODUCTION) is None:
        evals.promote(version, environment=prompts.PRODUCTION, override=FIRST_RELEASE.message, by=by, at=at)


def _changed(bundle: Bundle, change: PlayedChange) -> Bundle:
    return replace(bundle, parts=dict(bundle.parts) | {change.part: change.text})


def _judge(suite: Suite, base: PromptVersion, head: PromptVersion, by: Actor, at: datetime) -> None:
    if suite.current and not Run.objects.filter(suite=suite.current, head=head).exists():
        evals.start_run(suite.current, head=head, base=base, at_once=_AT_ONCE, by=by, at=at)
