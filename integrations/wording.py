"""What became of a write, in a sentence for programs and people alike."""

from typing import Final

from integrations.models import LedgerEntry

State = LedgerEntry.State
_SAYS: Final = {
    State.PLANNED: "Dry run: nothing was sent. This is what would have been written.",
    State.WAITING: "Waiting for approval: nothing was sent yet. A person decides on it in the console.",
    State.SENDING: "It is being sent.",
    State.DONE: "Done.",
    State.UNKNOWN: "It was sent, and what became of it is not known yet. The system is asked; do not send it anew.",
    State.DECLINED: "A person declined it: it is never sent.",
    State.UNDONE: "Done, and undone since.",
}


def says(entry: LedgerEntry) -> str:
    if entry.state == State.FAILED:
        again = " The same request may be sent again." if entry.may_retry else ""
        return f"Not done. {entry.error}{again}"
    if entry.state == State.DECLINED and entry.decision_note:
        return f"{_SAYS[State.DECLINED]} “{entry.decision_note}”"
    return f"{_SAYS[State(entry.state)]} {entry.remark}".rstrip()
