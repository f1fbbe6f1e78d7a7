"""A supervisor with small programs in place of the console's, run as a process of its own.

Its name in the environment, STAND_IN, chooses what goes wrong.
"""

import json
import os
import sys
from collections.abc import Mapping
from functools import partial

from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home
from aiops.embedded.leftovers import marking
from aiops.embedded.ports import HOST, port_of
from aiops.embedded.process import Plan, Process, Stage, Step
from aiops.embedded.processes import Sockets
from aiops.embedded.readiness import says_ready
from aiops.embedded.settings import Settings
from aiops.embedded.up import run_everything

SERVE = """
import http.server, socket, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): print("asked for", self.path, flush=True)
server = http.server.HTTPServer(("127.0.0.1", 0), Ready, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.serve_forever()
"""
# Like a Celery worker: a child of its own in the same group, which does not end with it.
FORK = "import os, signal, time; os.fork() or signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
FAIL = "print('half a sentence'); raise SystemExit('the reason why')"
REFUSE = """raise SystemExit("django.core.exceptions.ImproperlyConfigured: AIOPS_HTTPS is 'maybe'; allowed: 1 or 0.")"""
STEPS = {"step": FAIL, "setting": REFUSE, "slow": "import time; time.sleep(600)"}
REPORT = {"service_token": "aiops_service", "demo": None, "holds_demo": False, "has_people": True}


def plan(
    _settings: Settings, home: Home, _credentials: Mapping[str, str], sockets: Sockets, environ: Mapping[str, str]
) -> Plan:
    env = {**environ, **marking(home)}
    fault = environ.get("STAND_IN", "")
    step = STEPS.get(fault, f"print('working'); print({json.dumps(REPORT)!r})")
    console = (SERVE, str(sockets.console.fileno()))
    ready = partial(says_ready, f"http://{HOST}:{port_of(sockets.console)}/readyz")
    never = partial(says_ready, f"http://{HOST}:9/readyz")

    def process(name: str, stage: Stage, *program: str) -> Process:
        return Process(name=name, stage=stage, command=(sys.executable, "-c", *program), env=env)

    return Plan(
        url=f"http://{HOST}:{port_of(sockets.console)}",
        gateway_url=f"http://{HOST}:{port_of(sockets.gateway)}/v1",
        servers=(),
        before=(
            (Step(name="bootstrap", title="a step", command=(sys.executable, "-c", step), env=env, reports=True),),
        ),
        processes=(
            Process(
                name="console",
                stage=Stage.CONSOLE,
                command=(sys.executable, "-c", *console),
                env=env,
                sockets=(sockets.console,),
                is_ready=ready,
            ),
            process("gateway-1", Stage.GATEWAYS, STUBBORN if fault == "stubborn" else FORK),
            process("gateway-2", Stage.GATEWAYS, FORK),
            Process(
                name="recorder",
                stage=Stage.RECORDER,
                command=(sys.executable, "-c", FAIL if fault == "process" else FORK),
                env=env,
                is_ready=never if fault == "process" else ready,
            ),
        ),
    )


if __name__ == "__main__":
    try:
        run_everything(os.environ, plan)
    except CannotStart as refusal:
        sys.exit(str(refusal))
