"""The Readiness pages."""

from readiness.views.attesting import attestation_withdraw, item_attest
from readiness.views.excepting import exception_agree, exception_end, item_except
from readiness.views.features import feature_csv, feature_list
from readiness.views.item import item_detail
from readiness.views.items import item_csv, item_list

__all__ = [
    "attestation_withdraw",
    "exception_agree",
    "exception_end",
    "feature_csv",
    "feature_list",
    "item_attest",
    "item_csv",
    "item_detail",
    "item_except",
    "item_list",
]
