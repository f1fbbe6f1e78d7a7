"""Whether the Tryton that was started along answers the key that programs come with."""

from collections.abc import Iterator

from aiops.embedded.doctor.finding import Finding, State
from aiops.embedded.erp.facts import read_facts
from aiops.embedded.home import Home
from aiops.embedded.readiness import says_ready


def finding(home: Home, erp_url: str | None) -> Iterator[Finding]:
    facts = read_facts(home)
    if not erp_url or not facts:
        return
    if says_ready(*facts.question()):
        yield Finding("ERP", State.OK, f"Tryton answers at {erp_url}")
    else:
        means = f"Tryton does not answer at {erp_url}. Actions in it fail; calls go on."
        yield Finding("ERP", State.FAIL, means, "Its log, in the data folder under logs/erp.log, tells why.")
