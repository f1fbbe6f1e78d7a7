from typing import Self, override

from django.db import models

from aiops.lib import uuid7
from prompts.models.prompt import Prompt
from prompts.models.version import PromptVersion


class ReleaseQuerySet(models.QuerySet["Release"]):
    def of(self, prompt: Prompt, environment: str) -> Self:
        return self.filter(prompt=prompt, environment=environment)

    def latest_first(self) -> Self:
        return self.order_by("-number")

    def current(self) -> Self:
        """What each prompt serves in each environment."""
        return self.order_by("prompt", "environment", "-number").distinct("prompt", "environment")


class Release(models.Model):
    """From now on this environment serves this version. Only ever added: going back is a new one that points back."""

    class Kind(models.TextChoices):
        RELEASE = "release"
        ROLLBACK = "rollback"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="releases")
    version = models.ForeignKey(PromptVersion, models.PROTECT, related_name="releases")
    environment = models.CharField(max_length=30)
    # The order in which they were made, of this prompt and environment.
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.TextField(blank=True)
    # Why it went live without a green verdict.
    override_reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=64)
    made_by_label = models.CharField(max_length=254)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two newest ones would disagree on what is served.
            models.UniqueConstraint(fields=["prompt", "environment", "number"], name="one_release_a_number"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.prompt_id} {self.environment} #{self.number}"
