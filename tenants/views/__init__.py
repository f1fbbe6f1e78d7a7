"""Pages about people and about what was done: home, account, search, audit log."""

from tenants.views.audit import audit_csv, audit_list, audit_verify
from tenants.views.finding import find
from tenants.views.people import account, home, theme
from tenants.views.resuming import resume

__all__ = ["account", "audit_csv", "audit_list", "audit_verify", "find", "home", "resume", "theme"]
