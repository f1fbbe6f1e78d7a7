from readiness.models.attestation import Attestation
from readiness.models.exception import ItemException
from readiness.models.record import ChainsVerified, StateOfDay

__all__ = ["Attestation", "ChainsVerified", "ItemException", "StateOfDay"]
