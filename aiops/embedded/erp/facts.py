"""erp.json: what a program needs to act in the Tryton that was started along."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from aiops.embedded.home import Home, write_private


@dataclass(frozen=True, slots=True)
class ErpFacts:
    url: str
    database: str
    user: str
    key: str = field(repr=False)

    def question(self) -> tuple[str, Mapping[str, str]]:
        """One that needs the server, its database and the key to be answered."""
        url = f"{self.url}/{self.database}/rest/model/party.party?s=1&f=code"
        return url, {"Authorization": f"Bearer {self.key}"}


def facts_file(home: Home) -> Path:
    return home.path / "erp.json"


def write_facts(home: Home, facts: ErpFacts) -> None:
    write_private(facts_file(home), orjson.dumps(asdict(facts), option=orjson.OPT_INDENT_2))


def port_before(home: Home) -> int | None:
    """Where an earlier start of this folder had it."""
    facts = read_facts(home)
    return urlsplit(facts.url).port if facts else None


def read_facts(home: Home) -> ErpFacts | None:
    """None: this start has no ERP."""
    try:
        return ErpFacts(**orjson.loads(facts_file(home).read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None
