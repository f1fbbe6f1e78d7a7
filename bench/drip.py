"""`python -m bench.drip`: a provider whose answers come in pieces and do not end. Prints its port."""

import asyncio
import json
from contextlib import suppress

from aiohttp import web

PAUSE_SECONDS = 0.5
_PIECE = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "drip",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "and then "}, "finish_reason": None}],
}


async def answer(request: web.Request) -> web.StreamResponse:
    await request.read()
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    event = f"data: {json.dumps(_PIECE)}\n\n".encode()
    with suppress(ConnectionError):
        while True:
            await response.write(event)
            await asyncio.sleep(PAUSE_SECONDS)
    return response


async def main() -> None:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=2048)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
