from integrations.views.connecting import connection_add, connection_change
from integrations.views.connections import connection_csv, connection_list, connection_test
from integrations.views.deciding import write_approve, write_decline, write_undo
from integrations.views.detail import write_detail
from integrations.views.ledger import write_csv, write_list

__all__ = [
    "connection_add",
    "connection_change",
    "connection_csv",
    "connection_list",
    "connection_test",
    "write_approve",
    "write_csv",
    "write_decline",
    "write_detail",
    "write_list",
    "write_undo",
]
