"""What a canary comes to in a sentence, where the prompt's page can say it without keeping its reader waiting."""

from datetime import datetime
from typing import Final

from costs.reports.arms import calls_since, compared
from prompts import services
from prompts.models import Prompt
from prompts.views.comparing import Card, card_of
from prompts.views.places import Place

# Of all prompts. With more calls than these the page is sent at once, and asks for the sentence by itself.
AT_ONCE: Final = 20_000


def said_at_once(prompt: Prompt, place: Place, at: datetime) -> Card | None:
    """None as well: nobody is in a canary there, or nothing stands beside it."""
    trial, beside = place.canary, place.release
    if trial is None or beside is None:
        return None
    # Known already: it is not read again for each of them.
    trial.prompt = beside.prompt = prompt
    began = services.canary_began(trial)
    if calls_since(began.made_at, at=at) > AT_ONCE:
        return None
    return card_of(compared(trial, beside, began=began, until=at))
