import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from aiops.embedded.credentials import has_demo, load_credentials
from aiops.embedded.greeting import greeting
from aiops.embedded.home import Home, make_home
from aiops.embedded.leftovers import end_leftovers
from aiops.embedded.lock import locked
from aiops.embedded.logs import LogView
from aiops.embedded.ports import listen
from aiops.embedded.process import Plan
from aiops.embedded.processes import Sockets, make_plan
from aiops.embedded.progress import Progress
from aiops.embedded.run_file import RunFacts
from aiops.embedded.settings import Settings, read
from aiops.embedded.supervisor import Supervisor

type Planner = Callable[[Settings, Home, Mapping[str, str], Sockets, Mapping[str, str]], Plan]


def run_everything(environ: Mapping[str, str], plan: Planner = make_plan) -> None:
    """Start, keep alive, and end on Ctrl-C. Raises CannotStart, with nothing left running, when it cannot."""
    settings = read(environ)
    home = make_home(settings.home)
    progress = Progress()
    with ExitStack() as held:
        held.enter_context(locked(home))
        end_leftovers(home, _say)
        # The demo's models are declared as long as its data is there, whether this start asks for it or not.
        sockets = held.enter_context(_listening(settings, simulated=settings.demo or has_demo(home)))
        everything = plan(settings, home, load_credentials(home, environ), sockets, environ)
        held.callback(end_leftovers, home, _say)
        held.enter_context(_shown(home, everything, progress))

        def welcome(facts: RunFacts) -> None:
            progress.close()
            _say(greeting(facts, home, progress.seconds()))

        asyncio.run(Supervisor(everything, home, progress).run(welcome))


def _say(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone by now
        print(text, flush=True)


@contextmanager
def _listening(settings: Settings, *, simulated: bool) -> Iterator[Sockets]:
    """The ports are taken before anything is started: one in use costs nobody a half-started console."""
    with ExitStack() as held:
        console = held.enter_context(listen(settings.port, setting="AIOPS_PORT"))
        gateway = held.enter_context(listen(settings.gateway_port, setting="AIOPS_GATEWAY_PORT"))
        simulator = held.enter_context(listen(0, setting="")) if simulated else None
        yield Sockets(console, gateway, simulator)


@contextmanager
def _shown(home: Home, plan: Plan, progress: Progress) -> Iterator[None]:
    view = LogView(home, ["supervisor", *plan.names()])
    view.start()
    progress.start()
    try:
        yield
    finally:
        progress.close()
        view.close()
