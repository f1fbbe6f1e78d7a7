from typing import override

from django.db import models

from killswitch.models.stop import Stop
from tenants.models import Tenant, TenantQuerySet, User


class ResumeWatch(models.Model):
    """Somebody wants to hear of it when calls resume where this stop is; ends with the news."""

    # Of the stop; `_operator`'s when it is over everybody.
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    stop = models.ForeignKey(Stop, models.PROTECT, related_name="watches")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = TenantQuerySet["ResumeWatch"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stop", "user"], name="watched_once")]
        verbose_name_plural = "resume watches"

    @override
    def __str__(self) -> str:
        return f"{self.user_id} watches {self.stop_id}"
