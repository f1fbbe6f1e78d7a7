"""Attest, withdraw, ask for an exception, agree to it, end it: the one way, whichever door is used."""

from readiness.services.attesting import attest, role_for, withdraw
from readiness.services.excepting import agree_exception, ask_exception, end_exception
from readiness.services.recording import forget_old_states, record_states, verify_chains

__all__ = [
    "agree_exception",
    "ask_exception",
    "attest",
    "end_exception",
    "forget_old_states",
    "record_states",
    "role_for",
    "verify_chains",
    "withdraw",
]
