import pytest
from django.test import Client

from prompts import services
from prompts.models import PlannedRelease, PromptVersion, Release
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant, User
from tests.factories import actor_of
from tests.prompts.factories import AT
from tests.prompts.pages.asking import given, of, said, text
from tests.prompts.pages.factories import judge, make_version, prompt, release, served

REASON = "The provider is down, and this only fixes a typo."
V2 = of("release/?version=v2&environment=production")
# Far enough ahead for a plan, and near enough.
SOON = "23:59"


def fields(response: object, **more: str) -> dict[str, str]:
    """As a browser without JavaScript sends what the page holds."""
    names = ("expected", "seen", "to", "tenant", "when", "note", "override")
    found = {name: given(response, name) for name in names}
    return {name: value for name, value in found.items() if value} | more


@pytest.mark.parametrize(
    ("query", "button"),
    [
        ("", "Release v2 to production"),
        ("&percent=10", "Try v2 on 10% of people in production"),
        ("&tenant=acme", "Release v2 to Acme Robotics alone"),
        ("&tenant=acme&percent=25", "Try v2 on 25% of Acme Robotics’s people in production"),
        ("&when=later", "Plan v2 for the time above"),
    ],
)
def test_the_button_says_what_it_does(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, query: str, button: str
) -> None:
    judge(head, live)
    assert button in said(page.get(V2 + query))


def test_a_share_of_people_is_tried_and_the_others_keep_theirs(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    judge(head, live)
    shown = page.post(V2, fields(page.get(V2), look="to:share", note="typed"))
    assert "Try v2 on 10% of people in production" in said(shown)
    assert given(shown, "note") == "typed"
    shown = page.post(V2, fields(shown, look="percent:25"))
    answer = page.post(V2, fields(shown, percent="25"), follow=True)
    assert "production serves v2 to 25% of people." in said(answer)
    trial = services.canary(prompt(), "production")
    assert trial is not None
    assert (trial.version, trial.percent, trial.note, served()) == (head, 25, "typed", "v1")


def test_a_customer_is_found_by_a_part_of_its_name(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, globex: Tenant
) -> None:
    judge(head, live)
    shown = page.post(V2, fields(page.get(V2), look="to:tenant"))
    assert "Acme Robotics acme" in said(shown)
    assert '<button class="btn big' not in text(shown)
    shown = page.post(V2, fields(shown, look="find", q="robot"))
    assert "It gets now v1 as everybody" in said(shown)
    assert page.post(V2, fields(shown, percent="100")).status_code == 302
    own = services.live(prompt(), "production", acme)
    assert own is not None
    assert (own.version, served()) == (head, "v1")


def test_a_customer_that_is_not_there_is_told_beside_the_field(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    judge(head, live)
    answer = page.post(V2, {"expected": "1", "to": "tenant", "q": "nobody", "note": "typed"})
    assert answer.status_code == 422
    assert "No customer has this in its name, ID or domain." in said(answer)
    assert (given(answer, "note"), Release.objects.filter(version=head).count()) == ("typed", 0)


@pytest.mark.parametrize("percent", ["0", "100", "ten", "-1", "1000"])
def test_a_share_that_cannot_be_is_told(page: Client, live: PromptVersion, head: PromptVersion, percent: str) -> None:
    judge(head, live)
    answer = page.post(V2, {"expected": "1", "to": "share", "percent": percent})
    assert answer.status_code == 422
    assert "Give a whole number from 1 to 99." in said(answer)
    assert f'value="{percent}"' in text(answer)
    assert served() == "v1"


def test_what_was_chosen_after_the_button_was_drawn_is_asked_again(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    judge(head, live)
    shown = page.get(f"{V2}&percent=10")
    answer = page.post(V2, fields(shown, percent="50"))
    assert answer.status_code == 422
    assert "Try v2 on 50% of people in production" in said(answer)
    assert services.canary(prompt(), "production") is None
    assert page.post(V2, fields(answer, percent="50")).status_code == 302


def test_beside_nothing_there_is_nothing_to_try(page: Client, head: PromptVersion) -> None:
    shown = page.get(of("release/?version=v2&environment=staging&percent=10"))
    assert "there is nothing to try v2 beside" in said(shown)
    assert "this is logged as you" not in said(shown).lower()
    assert '<button class="btn big' not in text(shown)


def test_a_canary_started_meanwhile_is_noticed(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    shown = page.get(V2)
    release(make_version("Third."), percent=5)
    answer = page.post(V2, fields(shown))
    assert answer.status_code == 409
    assert "began to try v3 on 5% of people in production" in said(answer)
    assert "It ends the canary: 5% get v3 now." in said(answer)
    assert page.post(V2, fields(answer)).status_code == 302
    assert (served(), services.canary(prompt(), "production")) == ("v2", None)


def test_pressed_twice_a_canary_is_started_once(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    form = fields(page.get(f"{V2}&percent=10"), percent="10")
    assert [page.post(V2, form).status_code for _ in range(2)] == [302, 302]
    assert Release.objects.filter(version=head).count() == 1


def test_a_release_is_planned_for_later_once(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    shown = page.get(f"{V2}&at={SOON}")
    assert "Plan v2 for " in said(shown)
    form = fields(shown, at=SOON, note="After lunch")
    answers = [page.post(V2, form) for _ in range(2)]
    plan = PlannedRelease.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/planned-releases/{plan.pk}/"}
    assert (plan.state, plan.note, served()) == ("scheduled", "After lunch", "v1")


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("", "Say when it has to go live."),
        ("never", "Give the time as day and hour, in UTC."),
        ("2020-01-01T10:00", "is not in the future"),
        ("2199-01-01T10:00", "days ahead"),
    ],
)
def test_a_time_that_cannot_be_is_told_beside_the_field(
    page: Client, live: PromptVersion, head: PromptVersion, at: str, why: str
) -> None:
    judge(head, live)
    answer = page.post(V2, {"expected": "1", "when": "later", "at": at, "note": "typed"})
    assert answer.status_code == 422
    assert why in said(answer)
    assert 'id="at-problem"' in text(answer)
    assert (given(answer, "note"), PlannedRelease.objects.count()) == ("typed", 0)


def test_where_a_second_person_is_needed_it_asks_for_one_once(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    judge(head, live)
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    shown = page.get(V2)
    assert "production takes a second person." in said(shown)
    assert "Ask for a second person" in said(shown)
    answers = [page.post(V2, fields(shown, note="Please")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert PlannedRelease.objects.get().state == "waiting"
    assert served() == "v1"


def test_protected_meanwhile_it_says_so_and_asks(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    shown = page.get(V2)
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    answer = page.post(V2, fields(shown))
    assert answer.status_code == 422
    assert "production takes a second person since you opened this page." in said(answer)
    assert "You chose something else" not in said(answer)
    assert (served(), PlannedRelease.objects.count()) == ("v1", 0)
    assert page.post(V2, fields(answer)).status_code == 302
    assert PlannedRelease.objects.get().state == "waiting"


def test_only_admins_release_there_so_one_is_asked(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    services.protect("production", role=Role.ADMIN, second_person=False, by=SYSTEM, at=AT)
    shown = page.get(V2)
    assert "Only admins release to production." in said(shown)
    assert page.post(V2, fields(shown)).status_code == 302
    assert (PlannedRelease.objects.get().state, served()) == ("waiting", "v1")


def test_whoever_pushed_it_asks_for_a_second_person_with_a_reason(
    page: Client, live: PromptVersion, engineer: User
) -> None:
    make_version("Mine.", by=actor_of(engineer))
    shown = page.get(V2)
    short = page.post(V2, fields(shown, override="short"))
    assert short.status_code == 422
    assert given(short, "override") == "short"
    assert page.post(V2, fields(short, override=REASON)).status_code == 302
    assert PlannedRelease.objects.get().override_reason == REASON


def test_another_that_waits_is_told_and_led_to(
    page: Client, live: PromptVersion, head: PromptVersion, engineer: User
) -> None:
    judge(head, live)
    page.post(V2, fields(page.get(f"{V2}&at={SOON}"), at=SOON))
    shown = page.get(f"{V2}&at=23:58")
    plan = PlannedRelease.objects.get()
    assert "v2 waits here already." in said(shown)
    assert f'href="/planned-releases/{plan.pk}/"' in text(shown)
    answer = page.post(V2, fields(shown, at="23:58"))
    assert answer.status_code == 409
    assert "You asked for v2 first, and only one can wait here." in said(answer)
    assert "aiops prompts cancel" not in said(answer)
    assert PlannedRelease.objects.count() == 1


@pytest.mark.parametrize("typed", ["abc", "-3", "1000"])
def test_what_cannot_be_is_in_no_words_of_the_page(
    page: Client, live: PromptVersion, head: PromptVersion, typed: str
) -> None:
    judge(head, live)
    answer = page.post(V2, {"expected": "1", "to": "share", "percent": typed})
    shown = said(answer)
    assert "Try support-answer v2 on how many people in production?" in shown
    assert "Try v2 on the share above" in shown
    assert "10% of people" not in shown
    assert f'value="{typed}"' in text(answer)


def test_a_time_that_is_past_is_told_before_it_is_pressed(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    judge(head, live)
    shown = page.get(f"{V2}&at=2020-01-01T00:00")
    assert "1 Jan 2020 00:00 UTC is not in the future." in said(shown)
    assert 'value="2020-01-01T00:00"' in text(shown)
    assert "Plan v2 for the time above" in said(shown)


def test_a_share_does_not_break_inside_its_number(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    assert "10% of people" in page.get(f"{V2}&percent=10").content.decode()


def test_what_was_done_is_said_once(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    shown = said(page.post(V2, fields(page.get(f"{V2}&percent=10"), percent="10"), follow=True))
    assert shown.count("production serves v2 to 10% of people.") == 1
    assert "10% of people in production: v2." not in shown
