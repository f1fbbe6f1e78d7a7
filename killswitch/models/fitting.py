"""What any stop, in force or planned, has to be like, as the database checks it."""

from typing import Final

from django.db.models import Q

from killswitch.scopes import LONGEST_DRAIN_SECONDS

SCOPE_FITS_TARGET: Final = (
    Q(scope__in=["tenant", "connection", "user"], tenant__isnull=False, feature=None)
    | Q(scope="tenant_feature", tenant__isnull=False, feature__isnull=False)
    | Q(scope="feature", tenant=None, feature__isnull=False)
    | Q(scope__in=["global", "provider", "model", "prompt_version"], tenant=None, feature=None)
)
MODE_FITS_SCOPE: Final = (~Q(mode="read_only") | ~Q(scope__in=["provider", "model", "prompt_version"])) & (
    ~Q(mode="canned") | ~Q(scope="connection")
)
ONLY_DRAINING_TAKES_SECONDS: Final = Q(
    in_flight="drain", drain_seconds__gte=1, drain_seconds__lte=LONGEST_DRAIN_SECONDS
) | (~Q(in_flight="drain") & Q(drain_seconds=0))
# A stop for safety, privacy or law comes up for review; a clock does not end it.
CAREFUL_NEVER_EXPIRE: Final = Q(expires_at=None) | ~Q(reason__in=["safety", "privacy", "legal"])
