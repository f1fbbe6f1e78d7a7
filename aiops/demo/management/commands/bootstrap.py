"""What every start makes sure of: the operator's own records, providers given in the environment, and the demo."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, override

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aiops.declare.applying import apply
from aiops.declare.problems import Faulty
from aiops.demo.declarations import of_the_environment
from aiops.demo.kept import Kept
from aiops.demo.keys import ensure_service_key
from aiops.demo.loading import follow_simulator, is_there, load
from gateway.models import Provider
from tenants.actors import SYSTEM
from tenants.models import User
from tenants.scope import ALL, scope
from tenants.services import ensure_operator


class Command(BaseCommand):
    """Prints its progress and then, as its last line, one JSON object, which holds secrets."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="Load the demo data too.")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        at, kept = datetime.now(UTC), Kept(settings.AIOPS_HOME)
        with scope(ALL):
            ensure_operator()
            service_token = ensure_service_key(kept)
        self._say("the operator's own records")
        demo = load(kept, os.environ, at=at, say=self._say).as_json() if options["demo"] else None
        holds_demo = is_there()
        if holds_demo and not demo and "AIOPS_SIMULATOR_URL" in os.environ:
            follow_simulator(os.environ, at=at)
        self._declare_given(os.environ, at)
        told = {"demo": demo, "service_token": service_token, "holds_demo": holds_demo, "has_people": _has_people()}
        self._say(orjson.dumps(told).decode())

    def _declare_given(self, environ: Mapping[str, str], at: datetime) -> None:
        declaration = of_the_environment(environ, set(Provider.objects.values_list("slug", flat=True)))
        if not declaration["providers"]:
            return
        try:
            with scope(ALL):
                apply(declaration, by=SYSTEM, at=at)
        except Faulty as fault:
            raise CommandError(f"A provider given in the environment cannot be declared: {fault}") from fault
        self._say(f"providers {', '.join(declaration['providers'])}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _has_people() -> bool:
    with scope(ALL):
        return User.objects.filter(is_active=True).exists()
