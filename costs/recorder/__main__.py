"""`python -m costs.recorder`: one a data folder; a second one waits until the first has ended."""

import os
import signal
from types import FrameType

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiops.settings")
django.setup()

from costs.recorder.loop import Loop  # noqa: E402 - models can be imported only now
from costs.recorder.stopping import Stop  # noqa: E402

_stop = Stop()


def _end(number: int, frame: FrameType | None) -> None:
    _stop.set()


def main() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    Loop(settings.AIOPS_HOME, _stop).run()


if __name__ == "__main__":
    main()
