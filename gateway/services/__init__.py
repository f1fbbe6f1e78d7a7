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
from gateway.services.setting_undo import LastSetting, Setting, last_setting, undo_setting
from gateway.services.settings import SettingsChanged, policy_of, seconds_kept

__all__ = [
    "ChangedMeanwhile",
    "LastChange",
    "LastSetting",
    "Member",
    "NothingToUndo",
    "Setting",
    "SettingsChanged",
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
    "last_setting",
    "order_before_promotion",
    "policy_of",
    "remove_feature_chain",
    "seconds_kept",
    "state_of",
    "undo_chain",
    "undo_setting",
]
