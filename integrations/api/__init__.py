from integrations.api.actions import ActionDetail, ActionList
from integrations.api.connections import ConnectionDetail, ConnectionList, ConnectionTest
from integrations.api.writes import WriteApprove, WriteDecline, WriteDetail, WriteList, WriteUndo

__all__ = [
    "ActionDetail",
    "ActionList",
    "ConnectionDetail",
    "ConnectionList",
    "ConnectionTest",
    "WriteApprove",
    "WriteDecline",
    "WriteDetail",
    "WriteList",
    "WriteUndo",
]
