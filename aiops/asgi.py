import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiops.settings")

_console = get_asgi_application()

# Models are there only now.
from prompts.waiting.door import WaitingDoor  # noqa: E402

application = WaitingDoor(_console)
