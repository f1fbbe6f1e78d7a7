from tenants.models.apikey import ApiKey
from tenants.models.audit import AuditEntry
from tenants.models.feature import Feature
from tenants.models.process import Acknowledgement, Process
from tenants.models.revision import Revision
from tenants.models.secret import DataKey
from tenants.models.tenant import OPERATOR, Tenant, TenantQuerySet
from tenants.models.user import Membership, Role, User

__all__ = [
    "OPERATOR",
    "Acknowledgement",
    "ApiKey",
    "AuditEntry",
    "DataKey",
    "Feature",
    "Membership",
    "Process",
    "Revision",
    "Role",
    "Tenant",
    "TenantQuerySet",
    "User",
]
