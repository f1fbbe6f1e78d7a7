"""The repository of the demo's prompts, pushed as `aiops prompts push` does it: whole, or a change of one prompt."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from aiops.demo.material import QUALITY
from aiops.demo.story import PlayedChange, PlayedCommit
from aiops.demo.trials import GIVEN_UP, SOURCE
from prompts import services as prompts
from prompts.bundle import Bundle, Message, Role
from prompts.files import PromptFile, read
from prompts.models import PromptVersion
from prompts.services import Entry, Origin
from tenants.actors import Actor
from tenants.models import Feature


def push_all(commit: PlayedCommit, *more: Entry, by: Actor, until: datetime) -> list[PromptVersion]:
    """All of its files as they are today, and others that it had by then."""
    pushed = prompts.push_all(
        [*(_entry(file, file.bundle) for file in _files().values()), *more],
        origin=_origin(commit, by),
        checkout=prompts.Checkout(SOURCE),
        by=by,
        at=commit.since(until),
    )
    return [each.version for each in pushed]


def push_change(change: PlayedChange, by: Actor, until: datetime) -> PromptVersion:
    file = _files()[change.prompt]
    parts = dict(file.bundle.parts) | {change.part: change.text}
    entry = _entry(file, replace(file.bundle, parts=parts))
    return prompts.push_all([entry], origin=_origin(change, by), by=by, at=change.since(until))[0].version


def given_up() -> Entry:
    """Includes parts that others include."""
    like = _files()[GIVEN_UP.like]
    parts = GIVEN_UP.texts(like.bundle.parts)
    system = "\n\n".join(f'{{% include "{path}" %}}' for path in parts)
    messages = (Message(Role.SYSTEM, system), *like.bundle.messages[1:])
    bundle = replace(like.bundle, messages=messages, parts=parts)
    return replace(_entry(like, bundle), name=GIVEN_UP.name, description=GIVEN_UP.description, suites=())


@cache
def _files() -> Mapping[str, PromptFile]:
    return {prompt.name: prompt for prompt in read([QUALITY / "prompts"]).prompts}


def _entry(file: PromptFile, bundle: Bundle) -> Entry:
    feature = Feature.objects.get(slug=file.feature)
    return Entry(file.name, bundle, feature, file.description, file.suites)


def _origin(commit: PlayedCommit, by: Actor) -> Origin:
    return Origin(commit.sha, by.label, commit.message)
