from typing import Self

from django.db import models
from django.db.models.functions import Length

from aiops.lib import uuid7

models.CharField.register_lookup(Length)

# The built-in tenant of whoever runs this installation: staff are its members, service keys and system traffic are its.
OPERATOR = "_operator"


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of one tenant; the model has a `tenant`."""

    def of(self, tenant: "Tenant") -> Self:
        return self.filter(tenant=tenant)


class CustomerQuerySet(models.QuerySet["Tenant"]):
    def customers(self) -> Self:
        return self.exclude(slug=OPERATOR)

    def operator(self) -> "Tenant":
        """The built-in one; seen in the scope of all tenants only."""
        return self.get(slug=OPERATOR)


class Tenant(models.Model):
    """A customer of the operator, whose calls, spend and stops are kept apart from every other's."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    plan = models.CharField(max_length=60, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    # Names of models and chains this tenant may use; null means all.
    allowed_models = models.JSONField(null=True, blank=True)
    # Calls under way in one gateway process; null means the process's usual share.
    max_calls = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            # A slug is typed into addresses and commands; _operator is the one built-in exception.
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$") | models.Q(slug=OPERATOR),
                name="tenant_slug_is_plain",
            ),
            # With none, every call of it would wait for nothing; whoever wants that stops the tenant.
            models.CheckConstraint(
                condition=models.Q(max_calls=None) | models.Q(max_calls__gte=1), name="tenant_has_some_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_operator(self) -> bool:
        return self.slug == OPERATOR
