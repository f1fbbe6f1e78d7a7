"""The `aiops` command. Every module of this package adds its commands to `app` when it is imported."""

import sys
from importlib import import_module
from pkgutil import iter_modules

from aiops.cli.app import app
from aiops.embedded.errors import CannotStart


def main() -> None:
    for name in sorted(module.name for module in iter_modules(__path__)):
        if not name.startswith("_"):
            import_module(f"{__name__}.{name}")
    try:
        app()
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        raise SystemExit(1) from None
