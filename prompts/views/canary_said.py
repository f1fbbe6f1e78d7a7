"""What a canary comes to in a sentence, where the prompt's page can say it without keeping its reader waiting."""

from datetime import datetime
from typing import Final

from costs.reports.arms import calls_since, canary_beside
from prompts import services
from prompts.models import Prompt, Release
from prompts.views.comparing import Card, card_of

# Of all prompts. With more calls than these the page is sent at once, and asks for the sentence by itself.
AT_ONCE: Final = 20_000


def said_at_once(prompt: Prompt, canary: Release, at: datetime) -> Card | None:
    if calls_since(services.canary_began(canary).made_at, at=at) > AT_ONCE:
        return None
    found = canary_beside(prompt, canary.environment, canary.tenant, at=at)
    return card_of(found) if found else None
