"""What the processes find in their environment."""

from collections.abc import Mapping
from typing import Final

from aiops.embedded.addresses import APP_ROLE, role_of
from aiops.embedded.credentials import SHARED
from aiops.embedded.home import Home
from aiops.embedded.leftovers import marking

type Environment = dict[str, str]

# Where the embedded simulator listens, of which nobody but its own environment tells.
SIMULATOR: Final = "AIOPS_SIMULATOR_URL"

# Read by the supervisor alone. A NAME_FILE left in would win over the NAME that is handed down.
_OURS = ("DATABASE_URL", "DATABASE_APP_URL", "REDIS_URL", *SHARED)


def for_everybody(
    environ: Mapping[str, str], home: Home, credentials: Mapping[str, str], given: Mapping[str, str]
) -> Environment:
    inherited = {name: value for name, value in environ.items() if name.removesuffix("_FILE") not in _OURS}
    return {
        **inherited,
        **{name: credentials[name] for name in SHARED},
        **given,
        **marking(home),
        "AIOPS_HOME": str(home.path),
        "AIOPS_APP_ROLE": role_of(given["DATABASE_URL"])[0],
        "DJANGO_SETTINGS_MODULE": "aiops.settings",
        "PYTHONUNBUFFERED": "1",
    }


def for_the_owner(everybody: Environment, owner_address: str) -> Environment:
    """Only `prepare_database` gets this one."""
    role, password = role_of(everybody["DATABASE_URL"])
    return {
        **everybody,
        "DATABASE_URL": owner_address,
        "AIOPS_APP_ROLE": role or APP_ROLE,
        "AIOPS_APP_PASSWORD": password,
    }
