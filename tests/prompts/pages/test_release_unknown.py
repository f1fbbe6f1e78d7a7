"""A release to an environment that nothing names yet: most often its name is mistyped."""

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Role
from tests.prompts.factories import AT
from tests.prompts.pages.asking import of, said, text
from tests.prompts.pages.factories import judge, make_version, release

SLIP = of("release/?version=v2&environment=prodution")
WARNING = "Nobody knows an environment prodution yet."


def test_it_is_said_and_its_button_does_not_stand_out(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    shown = page.get(SLIP)
    assert f"{WARNING} No key calls from it, nothing was released there and nothing protects it." in said(shown)
    assert "known are production" in said(shown)
    assert '<button class="btn big arm "' in text(shown)


@pytest.mark.parametrize(
    ("role", "second_person", "words"),
    [
        (Role.ENGINEER, True, "production takes a second person; this one does not."),
        (Role.ADMIN, False, "Only admins release to production; here every engineer may."),
    ],
)
def test_what_production_takes_is_said_beside_it(
    page: Client, live: PromptVersion, head: PromptVersion, role: Role, second_person: bool, words: str
) -> None:
    services.protect("production", role=role, second_person=second_person, by=SYSTEM, at=AT)
    assert words in said(page.get(SLIP))


def test_where_another_prompt_was_released_it_is_known(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(make_version(name="other-prompt"), environment="prodution")
    assert WARNING not in said(page.get(SLIP))


def test_where_somebody_said_what_it_takes_it_is_known(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    services.protect("prodution", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    assert WARNING not in said(page.get(SLIP))


def test_production_is_always_known(page: Client) -> None:
    make_version()
    assert "Nobody knows an environment" not in said(page.get(of("release/")))
