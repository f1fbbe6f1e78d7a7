"""The pages of the model chains."""

from gateway.views.detail import chain_detail
from gateway.views.drilling import drill_csv, drill_plan, drill_run
from gateway.views.editing import chain_edit, chain_new, chain_undo
from gateway.views.listing import chain_csv, chain_list
from gateway.views.proving import suite_run
from gateway.views.swapping import chain_swap

__all__ = [
    "chain_csv",
    "chain_detail",
    "chain_edit",
    "chain_list",
    "chain_new",
    "chain_swap",
    "chain_undo",
    "drill_csv",
    "drill_plan",
    "drill_run",
    "suite_run",
]
