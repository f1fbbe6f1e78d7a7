from collections.abc import Iterable
from typing import Self, override

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value, Window
from django.db.models.functions import Concat, RowNumber

from aiops.lib import uuid7
from prompts.bundle import Bundle
from prompts.models.prompt import Prompt


class PromptVersionQuerySet(models.QuerySet["PromptVersion"]):
    def of(self, prompt: Prompt) -> Self:
        return self.filter(prompt=prompt)

    def newest(self, most: int) -> Self:
        """So many of each prompt."""
        rank = Window(RowNumber(), partition_by="prompt", order_by="-number")
        return self.annotate(rank=rank).filter(rank__lte=most)

    def newest_of_each(self, prompts: Iterable[Prompt]) -> Self:
        """One of each prompt: looked up by its index, however many versions there are."""
        newest = PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("pk")[:1]
        owners = Prompt.objects.filter(pk__in=[prompt.pk for prompt in prompts])
        return self.filter(pk__in=list(owners.values_list(Subquery(newest), flat=True)))

    def saying(self, text: str) -> Self:
        """By number, commit, hash, author or message."""
        # Together: what costs is to fold the case of each of thousands of rows. A unit separator joins no words.
        said = Concat("author", Value("\x1f"), "message", output_field=models.TextField())
        words = Q(said__icontains=text) | Q(commit__istartswith=text)
        return self.alias(said=said).filter(words | Q(pk__in=self.named(text.lower()).values("pk")))

    def named(self, word: str) -> Self:
        """By its hash, by at least eight characters of it, or as `v17`."""
        if word.startswith("v") and word[1:].isascii() and word[1:].isdigit() and len(word) < 10:
            return self.filter(number=int(word[1:]))
        return self.filter(hash__startswith=word) if len(word) >= 8 else self.none()


class PromptVersion(models.Model):
    """One content of a prompt. Immutable: the same content pushed again is the same version."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="versions")
    # Of the bundle; what records, verdicts and releases name.
    hash = models.CharField(max_length=64)
    # How people call it: v17.
    number = models.PositiveIntegerField()
    # Canonical JSON of the bundle, byte for byte what was hashed.
    content = models.TextField()
    # What `prompts.sizing` counted of it, when it was pushed. None: could not be counted.
    tokens = models.PositiveIntegerField(null=True)
    lines_added = models.PositiveIntegerField(null=True)
    lines_removed = models.PositiveIntegerField(null=True)
    commit = models.CharField(max_length=64, blank=True)
    author = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=500, blank=True)
    pushed_at = models.DateTimeField()
    pushed_by = models.CharField(max_length=254)
    # Who that is whatever they are called by now; empty when it was not written down yet.
    pushed_by_kind = models.CharField(max_length=10, blank=True)
    pushed_by_id = models.CharField(max_length=64, blank=True)

    objects = PromptVersionQuerySet.as_manager()

    class Meta:
        # By which records name them, whichever prompt they are of.
        indexes = [models.Index(fields=["hash"], name="version_by_hash")]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "hash"], name="one_version_a_content_of_a_prompt"),
            models.UniqueConstraint(fields=["prompt", "number"], name="one_version_a_number_of_a_prompt"),
            # What releases point to: together with their own prompt, so that none serves another prompt's text.
            models.UniqueConstraint(fields=["id", "prompt"], name="version_with_its_prompt"),
            models.CheckConstraint(condition=models.Q(hash__regex=r"^[0-9a-f]{64}$"), name="version_hash_is_sha256"),
        ]

    @override
    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def short(self) -> str:
        return self.hash[:10]

    @property
    def bundle(self) -> Bundle:
        return Bundle.from_json(self.content)
