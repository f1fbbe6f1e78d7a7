from gateway.services.caching import declare_caching, forget_answers
from gateway.services.chain_states import ChangedMeanwhile, State, state_of
from gateway.services.chain_undo import (
    LastChange,
    NothingToUndo,
    declare_state,
    last_change,
    order_before_promotion,
    undo_chain,
)
from gateway.services.chains import Member, declare_chain
from gateway.services.feature_chains import declare_feature_chain, remove_feature_chain
from gateway.services.grounding import declare_grounding
from gateway.services.models import declare_model
from gateway.services.providers import declare_provider

__all__ = [
    "ChangedMeanwhile",
    "LastChange",
    "Member",
    "NothingToUndo",
    "State",
    "declare_caching",
    "declare_chain",
    "declare_feature_chain",
    "declare_grounding",
    "declare_model",
    "declare_provider",
    "declare_state",
    "forget_answers",
    "last_change",
    "order_before_promotion",
    "remove_feature_chain",
    "state_of",
    "undo_chain",
]
