"""`python -m bench.listeners URL KEY COUNT`: so many callers whose answers are streamed.

Prints `open` once each has its first piece. Told `end` on stdin, prints one JSON line: for each stream the moment at
which it ended by the machine's monotonic clock (null while it goes on), how it ended, and when its last piece came.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus

import aiohttp


@dataclass
class Listener:
    is_open: bool = False
    last_piece: float = 0.0
    ended: float | None = None
    told: str = ""


async def listen(session: aiohttp.ClientSession, url: str, key: str, listener: Listener) -> None:
    headers = {"Authorization": f"Bearer {key}", "X-AIOps-Feature": "bench", "X-AIOps-User": "ann"}
    body = {"model": "drip", "stream": True, "messages": [{"role": "user", "content": "Go on."}]}
    try:
        async with session.post(f"{url}/chat/completions", json=body, headers=headers) as response:
            if response.status != HTTPStatus.OK:
                listener.told = f"{response.status} {await response.text()}"
            async for line in response.content:
                if line.startswith(b"data: ") and b'"error"' in line:
                    listener.told = json.loads(line[6:])["error"]["type"]
                    listener.ended = time.monotonic()
                elif line.startswith(b"data: "):
                    listener.is_open, listener.last_piece = True, time.monotonic()
    except aiohttp.ClientError as fault:
        listener.told = listener.told or type(fault).__name__
    listener.ended = listener.ended or time.monotonic()


async def main(url: str, key: str, count: int) -> None:
    listeners = [Listener() for _ in range(count)]
    timeout = aiohttp.ClientTimeout(total=None)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(listen(session, url, key, each)) for each in listeners]
        while not all(each.is_open or each.ended for each in listeners):
            await asyncio.sleep(0.1)
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        for task in tasks:
            task.cancel()
    print(json.dumps([asdict(each) for each in listeners]), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
