"""What a stop would end, for every door."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import Error, transaction

from aiops.lib import uuid7
from costs import reports
from integrations.models import LedgerEntry
from killswitch.calls import calls_of
from killswitch.patience import within
from killswitch.scopes import Scope
from killswitch.targets import Target

log = logging.getLogger(__name__)

# Of all queries together, before a stop is written.
_PATIENCE_MS: Final = 300


def blast_of(target: Target, *, at: datetime) -> dict[str, Any]:
    """What a stop would end just now, as its record keeps it. None: it cannot be told, which is not none."""
    found = reports.blast(target, calls_of(target), at=at).as_record()
    return {**found, "writes": _writes(target, at)} if target.scope == Scope.CONNECTION else found


def blast_if_quick(target: Target, *, at: datetime) -> dict[str, Any]:
    """The same, for the record of a stop: which waits for no report, and fails with none."""
    try:
        with transaction.atomic(), within(_PATIENCE_MS):
            return blast_of(target, at=at)
    except (Error, TimeoutError) as fault:
        log.warning("blast.unknown target=%s %s", target.key, type(fault).__name__)
        return reports.Blast().as_record()
    except Exception:
        log.exception("blast.unknown target=%s", target.key)
        return reports.Blast().as_record()


def _writes(target: Target, at: datetime) -> int:
    lately = LedgerEntry.objects.filter(tenant=target.tenant, id__gte=uuid7.floor(at - timedelta(hours=1)))
    return lately.filter(connection__slug=target.subject).count()
