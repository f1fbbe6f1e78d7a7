from django.db import models

from tenants.models.tenant import Tenant


class DataKey(models.Model):
    """The key that encrypts one tenant's secrets, itself encrypted by a key of the keyring. Erasing it erases them."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True, related_name="data_key")
    keyring_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"data key of {self.tenant_id}"
