"""Data of persons in a text: what a prompt sends to a provider at every call, and a repository keeps for good."""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import phonenumbers
from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.us import ssn

# Most texts hold none of these at all, which is told in a fraction of the time.
_SIGNS: Final = re.compile(r"[@\d]")
# One that could be personal holds one of these.
_WORTH: Final = re.compile(r"@|\+\d|\d{4}|\d\d[A-Z]\d{3}")
_EMAIL: Final = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@-])")
_EXAMPLES: Final = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|local|example\.(?:com|org|net|edu))$", re.I)
# Who reads there is no person.
_ROLES: Final = frozenset(
    """abuse accounts accounting admin billing care compliance contact customer customerservice feedback finance hello
    help helpdesk hi hr info invoices it jobs legal mail marketing media news newsletter no-reply noreply office
    operations orders partners press privacy reply returns sales security service services shop support team
    user username you your-name yourname name email firstname.lastname first.last webmaster postmaster""".split()  # noqa: SIM905 - words, not a column of them
)
_PHONE: Final = re.compile(r"(?<![\w+])\+\d[\d ()./-]{6,22}\d(?!\w)")
_IBAN: Final = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![\w-])")
_CARD: Final = re.compile(r"(?<![\w.+-])[2-6]\d{3}[ -]?(?:\d{4}[ -]?\d{4}[ -]?\d{1,7}|\d{6}[ -]?\d{5})(?![\w-])")
_LENGTHS: Final = range(14, 20)
# What makers of cards and banks print in their own documents.
_OF_BOOKS: Final = frozenset(
    {
        "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444",
        "5105105105105100", "378282246310005", "371449635398431", "6011111111111117", "6011000990139424",
        "GB29NWBK60161331926819", "GB82WEST12345698765432", "DE89370400440532013000", "GB33BUKB20201555555555",
        "FR1420041010050500013M02606", "NL91ABNA0417164300", "CH9300762011623852957", "ES9121000418450200051332",
    }
)  # fmt: skip
_IDS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...]] = (
    ("a US social security number", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), ssn.is_valid),
    ("a Spanish identity number", re.compile(r"(?<![\w-])\d{8}-?[A-Z](?![\w-])"), dni.is_valid),
    ("a Spanish identity number", re.compile(r"(?<![\w-])[XYZ]-?\d{7}-?[A-Z](?![\w-])"), nie.is_valid),
    (
        "an Italian tax code",
        re.compile(r"(?<![\w-])[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z](?![\w-])"),
        codicefiscale.is_valid,
    ),
    (
        "a French social security number",
        re.compile(r"(?<![\w-])[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?![\w-])"),
        nir.is_valid,
    ),
)


class Personal(NamedTuple):
    """Line and column begin with 1. What it is, without saying it."""

    line: int
    column: int
    kind: str


def personal_in(text: str) -> Iterator[Personal]:
    """At most one of a kind and line."""
    if not _SIGNS.search(text) or not _WORTH.search(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if _SIGNS.search(line) and _WORTH.search(line):
            found: dict[str, int] = {}
            for column, kind in _of(line):
                found.setdefault(kind, column)
            yield from (Personal(number, column, kind) for kind, column in found.items())


def _of(line: str) -> Iterator[tuple[int, str]]:
    if "@" in line:
        yield from ((m.start() + 1, "a person's e-mail address") for m in _EMAIL.finditer(line) if _is_persons(m))
    yield from ((m.start() + 1, "a phone number") for m in _PHONE.finditer(line) if _is_phone(m[0]))
    yield from ((m.start() + 1, "an IBAN") for m in _IBAN.finditer(line) if _is_iban(m[0]))
    yield from ((m.start() + 1, "a credit card's number") for m in _CARD.finditer(line) if _is_card(m[0]))
    for kind, pattern, is_valid in _IDS:
        yield from ((m.start() + 1, kind) for m in pattern.finditer(line) if is_valid(m[0]))


def _is_persons(found: re.Match[str]) -> bool:
    name = found[1].lower()
    return not _EXAMPLES.search(found[2]) and name not in _ROLES and name.partition("+")[0] not in _ROLES


def _is_phone(text: str) -> bool:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    # 555-0100 to 0199 are for books and films.
    is_made_up = number.country_code == 1 and re.search(r"55501\d\d$", str(number.national_number)) is not None
    return phonenumbers.is_valid_number(number) and not is_made_up


def _is_iban(text: str) -> bool:
    return iban.is_valid(text) and text.replace(" ", "") not in _OF_BOOKS


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return len(digits) in _LENGTHS and digits not in _OF_BOOKS and len(set(digits)) > 2 and luhn.is_valid(digits)
