from typing import override

from django.db import models
from django.db.models import Q

from prompts.models.environment import is_plain
from tenants.models import Role


class Protection(models.Model):
    """What a release to an environment takes, besides a verdict. Without a row: the permission alone.

    Going back takes none of it: at 2 am nothing may stand in its way.
    """

    environment = models.CharField(primary_key=True, max_length=30)
    # Who may release there: engineers and admins, or admins alone.
    role = models.CharField(
        max_length=20, choices=[(role.value, role.label) for role in (Role.ENGINEER, Role.ADMIN)], default=Role.ENGINEER
    )
    # Who asks for a release is not who approves it.
    second_person = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            # A protection that no release names protects nothing.
            models.CheckConstraint(condition=is_plain(), name="protection_environment_is_plain"),
            # Nobody who may release could meet any other.
            models.CheckConstraint(condition=Q(role__in=["engineer", "admin"]), name="protection_role_may_release"),
        ]

    @override
    def __str__(self) -> str:
        return self.environment
