from typing import override

from django.db import models

from aiops.lib import uuid7
from tenants.models import Feature


class Prompt(models.Model):
    """What calls name: `support-answer`. Its texts are in its versions, and which of them is served in its releases."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    name = models.CharField(max_length=100, unique=True)
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="prompts")
    description = models.CharField(max_length=500, blank=True)
    # Names of the suites that judge it, as its file last said.
    suites = models.JSONField(default=list)
    # The repository and the folder in it that last brought it whole: `support-app:prompts`. Empty: nobody said so.
    source = models.CharField(max_length=200, blank=True, db_default="")
    # Since when that folder no longer has it.
    orphaned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A name is typed into headers and addresses, where an @ begins the version.
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^[a-z0-9][a-z0-9._-]*$"), name="prompt_name_is_plain"
            ),
            # Nobody could say where it is missing.
            models.CheckConstraint(
                condition=models.Q(orphaned_at=None) | ~models.Q(source=""), name="orphan_has_its_source"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name
