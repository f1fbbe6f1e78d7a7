import pytest

from evals.scoring.checks import Output
from evals.suites.model import Assertion
from tests.evals.scoring.asking import check, graded, verdict


@pytest.mark.parametrize(
    ("pattern", "output", "expected"),
    [
        (r"code [A-Z]{2}-\d{3}", "the code AB-123.", "pass"),
        ("order", "Order", "fail"),
        ("a.b", "a\nb", "fail"),
        ("a.b", "a\rb", "fail"),
        ("a.b", "a\u2028b", "fail"),
        ("a.b", "a\u0085b", "pass"),
        ("b$", "b\n", "fail"),
        ("^b", "a\nb", "fail"),
        ("b$", "a\nb", "pass"),
        (r"^\d+$", "١٢", "fail"),
        (r"^\w+$", "é", "fail"),
        (r"\bé", " é", "fail"),
        (r"^\s$", "\ufeff", "pass"),
        (r"^\s$", "\x1c", "fail"),
        (r"^[^\S]$", "\u2003", "pass"),
        (r"^[\S]$", "x", "pass"),
        (r"(?<year>\d{4})-\k<year>", "2026-2026", "pass"),
        (r"(a)|b\1", "b", "pass"),
        (r"^(a)\1$", "aa", "pass"),
        ("^..$", "😀", "pass"),
        ("^.$", "😀", "fail"),
        ("😀", "so 😀 it is", "pass"),
        ("^[😀]{2}$", "😀", "pass"),
        (r"^\ud83d\ude00$", "😀", "pass"),
        (r"[\w-.]", "-", "pass"),
        (r"^[a-\d]$", "-", "pass"),
        ("^[[]$", "[", "pass"),
        ("^[^]$", "\n", "pass"),
        ("[]", "anything", "fail"),
        (r"^[\b]$", "\b", "pass"),
        (r"^\a\-\/\Z$", "a-/Z", "pass"),
        (r"^\cJ$", "\n", "pass"),
        (r"^\x41\u0042\0$", "AB\0", "pass"),
        ("^a{,3}$", "a{,3}", "pass"),
        ("^{a}$", "{a}", "pass"),
        ("^a{2,}?$", "aaa", "pass"),
        ("a(?!b)", "ab", "fail"),
        ("(?<=€)5", "€5", "pass"),
        ("(?<!€)5", "€5", "fail"),
        ("^(?!.*sorry).*$", "I am sorry", "fail"),
        ("a|b$", "cb", "pass"),
        (r"\p{L}", "p{L}", "pass"),
        ("&&~~||--", "x", "pass"),
        (r"^\B$", "", "pass"),
        (r"a\Bb", "ab", "pass"),
    ],
)
def test_patterns_mean_what_they_mean_in_javascript(pattern: str, output: str, expected: str) -> None:
    assert verdict(output, "regex", pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    ["(?i)a", "(", ")", "[a", "*a", "a**", "a++", "a{1}{2}", "{2}", "(?P<a>a)", "(?>a)", "[b-a]", "a\\", "x{3,1}"],
)
def test_an_invalid_pattern_fails_and_so_does_its_inverse(pattern: str) -> None:
    assert verdict("a", "regex", pattern) == "fail"
    assert verdict("a", "not-regex", pattern) == "fail"


@pytest.mark.parametrize("pattern", ["(?<=a+)b", "(?<a>x)|(?<a>y)", r"(a)\2", "", "a" * 10_001])
def test_a_pattern_that_we_cannot_follow_is_untold(pattern: str) -> None:
    assert verdict("ab", "regex", pattern) == "unscored"


@pytest.mark.parametrize(
    ("pattern", "output"),
    [("(a+)+b", "a" * 50 + "c"), (r"^(\w+\s?)*$", "word " * 20 + "!"), (r"\s+$", " " * 500_000 + "x")],
)
def test_a_pattern_that_never_ends_is_stopped_and_the_next_one_is_searched(pattern: str, output: str) -> None:
    assert check(output, "regex", pattern).reason == "it takes more than 1 s."
    assert verdict("abc", "regex", "b") == "pass"


def test_an_output_without_end_is_not_searched() -> None:
    assert graded(Output("a" * 1_000_001), Assertion("regex", "a")).passed is None


def test_templates_in_patterns_are_filled_in() -> None:
    assert verdict("id 7!", "regex", r"id {{n}}\W", vars={"n": 7}) == "pass"
