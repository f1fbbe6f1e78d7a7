"""A process that was forked off serves nothing of what its parent knew."""

import os
import subprocess
import sys

_FORKS = """
import asyncio, os
import django
django.setup()
from uuid import UUID
from killswitch.guard import Read
from killswitch.inflight import Inflight
from killswitch.snapshot import StopsSnapshot

async def read(known):
    return Read(7, UUID(int=7))

snapshot = StopsSnapshot(Inflight(), read)
asyncio.run(snapshot.reload())
print("parent", snapshot.number, snapshot.current.find(["*", "tenant:1"]), flush=True)
if os.fork() == 0:
    print("child", snapshot.number, snapshot.current.find(["*", "tenant:1"]).reason, flush=True)
    asyncio.run(snapshot.reload())
    print("child again", snapshot.number, snapshot.current.find(["*", "tenant:1"]), flush=True)
    os._exit(0)
os.wait()
print("parent", snapshot.number, snapshot.current.find(["*", "tenant:1"]), flush=True)
"""


def test_a_child_lets_nothing_through_until_it_has_read_for_itself() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", _FORKS]
    said = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["parent 7 None", "child -1 unread", "child again 7 None", "parent 7 None"]
