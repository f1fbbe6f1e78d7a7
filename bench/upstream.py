"""A provider of the measurement's own, in this process: what it answers, and after how long."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from aiohttp import web

type Words = Callable[[str], str]


@contextmanager
def upstream(words: Words, *, seconds: float) -> Iterator[str]:
    """Its address. `words` makes the answer of the whole request's body."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", _answering(words, seconds))
    runner = web.AppRunner(app, access_log=None)
    port = asyncio.run_coroutine_threadsafe(_serve(runner), loop).result()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _serve(runner: web.AppRunner) -> int:
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: int = runner.addresses[0][1]
    return port


def _answering(words: Words, seconds: float) -> Callable[[web.Request], "asyncio.Future[web.Response]"]:
    async def answer(request: web.Request) -> web.Response:
        body = await request.text()
        await asyncio.sleep(seconds)
        return web.json_response(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": "slow",
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": words(body)},
                        "finish_reason": "stop",
                    }
                ],
                "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25},
            }
        )

    return answer
