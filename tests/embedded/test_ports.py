"""Addresses that others remember stay what they were, where they can."""

from aiops.embedded.erp.facts import ErpFacts, port_before, write_facts
from aiops.embedded.home import Home, make_home
from aiops.embedded.ports import free_port, listen, port_of


def test_an_erp_gets_the_port_of_its_earlier_start_again(home: Home) -> None:
    make_home(home.path)
    assert port_before(home) is None
    port = free_port()
    write_facts(home, ErpFacts(f"http://127.0.0.1:{port}", "tryton", "somebody", "a-key"))
    assert free_port(port_before(home)) == port


def test_one_that_is_taken_meanwhile_is_not_fought_over() -> None:
    with listen(0, setting="AIOPS_PORT") as listener:
        assert free_port(port_of(listener)) != port_of(listener)
