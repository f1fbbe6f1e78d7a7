"""A flag that a signal handler may raise and a loop wait for: an Event could deadlock, its lock is not reentrant."""

import os
import select


class Stop:
    def __init__(self) -> None:
        self._file = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def set(self) -> None:
        os.eventfd_write(self._file, 1)

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        """True as soon as it is raised; False when the time is over."""
        return bool(select.select([self._file], [], [], seconds)[0])
