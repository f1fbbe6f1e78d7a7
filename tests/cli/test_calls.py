from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from aiops.cli import calls as command
from aiops.cli.printing import cents
from costs import recording
from costs.grounding import Quote
from costs.hops import Bill, Hop
from tenants.models import Feature, Tenant
from tests.api.test_calls import KEYS
from tests.cli.conftest import Aiops, printed
from tests.costs.factories import GROUNDING, make_finished, make_opened, make_stopped, make_unpriced
from tests.evals.parity.factories import make_chain


@pytest.fixture
def recorded(acme: Tenant, globex: Tenant, answers: Feature) -> list[str]:
    """Their ids, newest first: acme's stopped one, acme's unpriced one, globex's an hour ago."""
    now = datetime.now(UTC)
    moments = [now - timedelta(minutes=minutes) for minutes in (1, 2, 60)]
    calls = [
        make_stopped(make_opened(at=moments[0], tenant=acme.pk, feature=answers.pk, user="bob@acme.example")),
        make_unpriced(make_opened(at=moments[1], tenant=acme.pk, feature=answers.pk, session="s-9")),
        make_finished(make_opened(at=moments[2], tenant=globex.pk, feature=answers.pk)),
    ]
    recording.record(calls, at=now)
    return [str(call.call.id) for call in calls]


def test_all_calls_come_as_one_array_newest_first_with_the_promised_keys(aiops: Aiops, recorded: list[str]) -> None:
    rows = printed(aiops("calls", "--json"))
    assert [row["id"] for row in rows] == recorded
    assert {tuple(row) for row in rows} == {tuple(KEYS)}


@pytest.fixture
def fallen(acme: Tenant, answers: Feature) -> str:
    """One call of two attempts, with the bill of the second, and a quote that is nowhere."""
    now = datetime.now(UTC)
    bill = Bill(1000, 200, Decimal("0.0025"), False)
    hops = (Hop("first", "acme-ai", 429, 12, "429", 0), Hop("second", "acme-ai", 200, 30, "", 12, bill))
    grounding = GROUNDING._replace(quotes=(Quote(2, "nowhere", None, None, "fabricated", "too_short"),))
    opened = make_opened(at=now, tenant=acme.pk, feature=answers.pk)
    finished = make_finished(opened, hops=hops, fallback=True, grounding=grounding, error_code="caller_gone")
    recording.record([finished], at=now)
    return str(finished.call.id)


def test_the_one_call_of_an_id_is_opened(aiops: Aiops, fallen: str) -> None:
    shown = " ".join(aiops("calls", "--id", fallen).stdout.split())
    assert "Error code caller_gone" in shown
    assert "1 acme-ai/first 0 12 limited — —" in shown
    assert "2 acme-ai/second 12 30 answered 1,000 → 200 $0.0025" in shown
    assert "2 nowhere — — fabricated too short" in shown


def test_it_is_opened_for_programs_too(aiops: Aiops, fallen: str) -> None:
    [call] = printed(aiops("calls", "--id", fallen, "--json"))
    assert ([hop["reason"] for hop in call["hops"]], call["error_code"]) == (["429", ""], "caller_gone")


def test_an_id_that_several_begin_with_lists_them(aiops: Aiops, acme: Tenant, answers: Feature) -> None:
    now = datetime.now(UTC)
    made = [make_finished(make_opened(at=now, tenant=acme.pk, feature=answers.pk)) for _ in range(2)]
    recording.record(made, at=now)
    ids = sorted(str(each.call.id) for each in made)
    rows = printed(aiops("calls", "--id", ids[0][:6], "--json"))
    assert sorted(row["id"] for row in rows) == ids
    assert "hops" not in rows[0]


def test_one_that_was_turned_away_asked_no_model(aiops: Aiops, recorded: list[str]) -> None:
    assert "No model was asked." in aiops("calls", "--id", recorded[0]).stdout


def test_pages_are_followed_to_the_end(aiops: Aiops, recorded: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_PAGE", 1)
    assert [row["id"] for row in printed(aiops("calls", "--json"))] == recorded


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--tenant", "acme"), [0, 1]),
        (("--tenant", "acme", "--outcome", "stopped"), [0]),
        (("--user", "bob@acme.example"), [0]),
        (("--session", "s-9"), [1]),
        (("--feature", "answers", "--since", "15m"), [0, 1]),
        (("--since", "2099-01-01"), []),
        (("--limit", "2"), [0, 1]),
        (("--price-match", "unpriced"), [1]),
        (("--no-fallback", "--provider", "openai"), [1, 2]),
        (("--cost-at-least", "0.002"), [2]),
        (("--sort", "cost", "--since", "2h"), [2, 0]),
        (("--hop-reason", "429"), []),
    ],
)
def test_calls_are_filtered(aiops: Aiops, recorded: list[str], filters: tuple[str, ...], found: list[int]) -> None:
    assert [row["id"] for row in printed(aiops("calls", "--json", *filters))] == [recorded[number] for number in found]


def test_without_json_it_is_a_table(aiops: Aiops, recorded: list[str]) -> None:
    result = aiops("calls")
    assert result.exit_code == 0
    assert recorded[2] in result.stdout
    assert "bob@acme.example" in result.stdout


def test_a_table_that_is_not_all_says_so(aiops: Aiops, recorded: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_SCREENFUL", 2)
    shown = aiops("calls")
    assert recorded[2] not in shown.stdout
    assert "newest 2; --limit N shows more" in shown.stderr
    assert "newest" not in aiops("calls", "--limit", "3").stderr


def test_when_nothing_fits_it_says_so(aiops: Aiops, acme: Tenant) -> None:
    assert aiops("calls", "--tenant", "acme").stdout == "No call fits.\n"


@pytest.mark.parametrize(
    "arguments", [("--since", "yesterday"), ("--outcome", "fine"), ("--limit", "0"), ("--usr", "x")]
)
def test_wrong_usage_has_exit_code_2(aiops: Aiops, operator: Tenant, arguments: tuple[str, ...]) -> None:
    assert aiops("calls", *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--cost-at-least", "lots"), "Give a decimal such as 250 or 0.50"),
        (("--confidence-at-most", "7"), "less than or equal to 1"),
        (("--stop", "soon"), "UUID"),
        (("--id", "zz"), "at least six digits"),
        (("--hop-reason", "bored"), "Allowed: a status such as 429 or 503, 429-cooldown, or timeout"),
        (("--model", "mini"), "gpt-test"),
        (("--provider", "nobody"), "Allowed: "),
        (("--chain", "defualt"), "Allowed: default."),
        (("--environment", "prod"), "Allowed: production."),
        (("--refusal", "bored"), "Allowed: no_sources, model_refused, "),
        (("--since", "2d", "--until", "5d"), "It must lie before until."),
        (("--cost-at-least", "5", "--cost-at-most", "1"), "It must not be more than cost_at_most."),
    ],
)
def test_a_value_that_cannot_be_is_wrong_usage_by_the_options_name(
    aiops: Aiops, recorded: list[str], arguments: tuple[str, ...], told: str
) -> None:
    make_chain("gpt-test")
    result = aiops("calls", *arguments, env={"COLUMNS": "400"})
    assert (result.exit_code, f"Invalid value for '{arguments[0]}'" in result.stderr) == (2, True)
    assert told in result.stderr


def test_spend_adds_up_and_counts_what_has_no_price(aiops: Aiops, recorded: list[str]) -> None:
    report = printed(aiops("spend", "--since", "2h", "--by", "tenant", "--json"))
    assert {row["key"]: row["cost_usd"] for row in report["rows"]} == {"globex": "0.0025", "acme": None}
    assert (report["total_usd"], report["unpriced_calls"]) == ("0.0025", 1)


def test_spend_as_a_table_says_what_is_not_in_it(aiops: Aiops, recorded: list[str]) -> None:
    text = aiops("spend", "--since", "2h", "--by", "tenant").stdout
    assert "< $0.01" in text
    assert "Not in these sums: 1 call without a known price." in text


def test_spend_says_whose_clock_its_times_are_by(aiops: Aiops, operator: Tenant) -> None:
    times = aiops("spend").stdout.splitlines()[0].split(" to ")
    assert [text.split()[2] for text in times] == [f"{datetime.now().astimezone():%Z}"] * 2


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "—"),
        ("0", "$0.00"),
        ("0.0025", "< $0.01"),
        ("0.4341951", "$0.43"),
        ("21.119", "$21.12"),
        ("-1.5", "$-1.50"),
    ],
)
def test_sums_are_shown_in_cents_and_less_than_one_is_not_nothing(amount: str | None, shown: str) -> None:
    assert cents(amount) == shown


def test_spend_by_something_else_is_wrong_usage(aiops: Aiops, operator: Tenant) -> None:
    assert aiops("spend", "--by", "user").exit_code == 2


def test_what_a_user_is_called_commands_no_terminal(aiops: Aiops, acme: Tenant, answers: Feature) -> None:
    opened = make_opened(tenant=acme.pk, feature=answers.pk, user="evil\x1b[2J\nname")
    recording.record([make_finished(opened)], at=datetime.now(UTC))
    table = aiops("calls").stdout
    assert "\x1b" not in table
    assert r"evil\x1b[2J\nname" in table
