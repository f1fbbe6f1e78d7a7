"""Is anything wrong, what does it mean, and what is to be done."""

from collections.abc import Mapping

from aiops.embedded.doctor import machine, services
from aiops.embedded.doctor.finding import Finding, State
from aiops.embedded.errors import BadSetting
from aiops.embedded.home import Home
from aiops.embedded.settings import home_path, read

__all__ = ["Finding", "State", "examine"]


def examine(environ: Mapping[str, str]) -> list[Finding]:
    try:
        settings = read(environ)
    except BadSetting as fault:
        return [Finding("settings", State.FAIL, str(fault), "Correct it, or leave it unset.")]
    home = Home(home_path(environ))
    if not home.pids.is_dir():
        folder = Finding("data folder", State.WARN, f"{home.path} is not there yet.", "`make up` makes it.")
        return [*machine.findings(settings), folder, *services.ports(settings)]
    return [*machine.findings(settings), *machine.home_findings(home), *services.findings(home, settings)]
