"""Connect the demo's tenant to the Tryton that was started along. Waits for it; safe to repeat."""

import time
from datetime import UTC, datetime
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aiops.demo.erp import ask_for_sales, follow_erp
from aiops.embedded.erp.facts import read_facts
from aiops.embedded.home import Home
from aiops.embedded.readiness import says_ready
from integrations.services import test
from tenants.actors import SYSTEM
from tenants.refusals import Refused

_PATIENCE = 90.0


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        facts = read_facts(Home(settings.AIOPS_HOME))
        connection = follow_erp(facts, at=datetime.now(UTC)) if facts else None
        if not facts or not connection:
            self.stdout.write("no demo to connect")
            return
        self.stdout.write(f"{connection.tenant.slug} is connected to {connection.address}")
        deadline = time.monotonic() + _PATIENCE
        while not says_ready(*facts.question()):
            if time.monotonic() > deadline:
                raise CommandError(f"Tryton does not answer at {facts.url}.")
            time.sleep(0.2)
        tested = test(connection, by=SYSTEM, clock=lambda: datetime.now(UTC))
        self.stdout.write(tested.health_says)
        try:
            entries = ask_for_sales(connection, at=datetime.now(UTC))
        except Refused as refusal:
            # Somebody stopped the tenant, or turned the connection off: that is theirs to say.
            self.stdout.write(f"no sales are asked for: {refusal.detail}")
        else:
            self.stdout.write(f"{len(entries)} sales in its ledger")
