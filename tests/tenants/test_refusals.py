import pytest
from django.test import Client
from django.urls import reverse

from tenants.models import User
from tenants.refusals import Conflict, Invalid, Refused


@pytest.mark.parametrize(
    ("refused", "beside", "alone"),
    [
        (Invalid("model", "there is no model 'x'."), "There is no model 'x'.", "Model: There is no model 'x'."),
        (Invalid("amount_usd", "0 is not allowed."), "0 is not allowed.", "Amount: 0 is not allowed."),
        (Invalid("expires_on", "it is past."), "It is past.", "Expires: It is past."),
        (Invalid("settings.site", "it is needed."), "It is needed.", "Site: It is needed."),
        (Conflict("Somebody was faster."), "Somebody was faster.", "Somebody was faster."),
    ],
)
def test_a_page_says_a_refusal_as_a_sentence(refused: Refused, beside: str, alone: str) -> None:
    assert (refused.sentence, refused.told) == (beside, alone)


def test_what_a_page_refuses_bears_the_forms_label(client: Client, support: User) -> None:
    client.force_login(support)
    shown = client.get(reverse("integrations:write-list"), {"before": "x"}).content.decode()
    assert "<p>Rows before: It cannot be “x”; it can be the id of a write.</p>" in shown
