import json
from typing import Self, override

from django.db import models

from aiops.lib import uuid7
from prompts.models import Prompt


class Suite(models.Model):
    """Cases that judge a prompt. What they are is in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    name = models.CharField(max_length=63, unique=True)
    prompt = models.ForeignKey(Prompt, models.PROTECT, null=True, blank=True, related_name="judged_by")
    # By which releases are judged: what was pushed last, candidates of branches aside.
    current = models.ForeignKey("SuiteVersion", models.PROTECT, null=True, blank=True, related_name="+")
    # Asked once a day of what is live, so that a provider's drift is noticed.
    is_canary = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # It is a part of the name of the feature that its calls are tagged with.
            models.CheckConstraint(condition=models.Q(name__regex=r"^[a-z0-9][a-z0-9-]*$"), name="suite_name_is_plain"),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class SuiteVersionQuerySet(models.QuerySet["SuiteVersion"]):
    def of(self, suite: Suite) -> Self:
        return self.filter(suite=suite)

    def named(self, word: str) -> Self:
        """By its hash, or by at least eight characters of it."""
        return self.filter(hash__startswith=word) if len(word) >= 8 else self.none()


class SuiteVersion(models.Model):
    """One content of a suite. Immutable: verdicts name it, and two runs compare only on the same one."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    suite = models.ForeignKey(Suite, models.PROTECT, related_name="versions")
    hash = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    # Canonical JSON, byte for byte what was hashed.
    content = models.TextField()
    cases = models.PositiveIntegerField()
    pushed_at = models.DateTimeField()
    pushed_by = models.CharField(max_length=254)

    objects = SuiteVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suite", "hash"], name="one_version_a_content_of_a_suite"),
            models.UniqueConstraint(fields=["suite", "number"], name="one_version_a_number_of_a_suite"),
            # What `current` points to: together with its own suite, so that none is judged by another's cases.
            models.UniqueConstraint(fields=["id", "suite"], name="suite_version_with_its_suite"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.suite} #{self.number}"

    @property
    def prompt_name(self) -> str:
        """Of the prompt that its file says it judges; may be empty."""
        return str(json.loads(self.content).get("prompt") or "")
