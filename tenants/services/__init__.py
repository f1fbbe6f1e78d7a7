from tenants.services.features import declare_feature
from tenants.services.keys import NewKey, create_key, revoke_key
from tenants.services.tenants import declare_tenant, ensure_operator
from tenants.services.users import create_user

__all__ = [
    "NewKey",
    "create_key",
    "create_user",
    "declare_feature",
    "declare_tenant",
    "ensure_operator",
    "revoke_key",
]
