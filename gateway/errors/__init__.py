from gateway.errors.calls import (
    BadBody,
    BadKey,
    BadTag,
    MissingTag,
    NoSuchPath,
    PinnedElsewhere,
    TooLarge,
    TooSlow,
    UnknownFeature,
    UnknownModel,
    UnknownPrompt,
    WrongMethod,
)
from gateway.errors.ours import Broken, Busy, Gone, Leaving, NoRoomInJournal, Stopped, TenantBusy
from gateway.errors.providers import BrokeOff, NoAnswer, ProviderRefused
from gateway.errors.refusal import Refusal

__all__ = [
    "BadBody",
    "BadKey",
    "BadTag",
    "BrokeOff",
    "Broken",
    "Busy",
    "Gone",
    "Leaving",
    "MissingTag",
    "NoAnswer",
    "NoRoomInJournal",
    "NoSuchPath",
    "PinnedElsewhere",
    "ProviderRefused",
    "Refusal",
    "Stopped",
    "TenantBusy",
    "TooLarge",
    "TooSlow",
    "UnknownFeature",
    "UnknownModel",
    "UnknownPrompt",
    "WrongMethod",
]
