from gateway.breakers.memory import Breakers, Turn

__all__ = ["Breakers", "Turn"]
