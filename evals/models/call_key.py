from typing import override

from django.db import models

from tenants.models import ApiKey


class CallKey(models.Model):
    """The text of the key with which workers call the gateway, encrypted; one an environment."""

    environment = models.CharField(primary_key=True, max_length=30)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    sealed = models.BinaryField()

    @override
    def __str__(self) -> str:
        return self.environment
