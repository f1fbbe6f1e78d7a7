"""Prompts as the AI Ops Console serves them, for an application that renders them itself. MIT licence.

    prompts = Prompts("https://console.example", os.environ["CONSOLE_KEY"], folder="/var/lib/shop/prompts")
    messages = prompts.render("support-answer", question="Where is my parcel?", sources=[])

A release arrives within a second. With the console down, slow or talking nonsense, with the key revoked or the prompt
withdrawn, what was served last goes on, also after a restart: it lies in `folder`, and is believed only if its SHA-256
is its version. Once a prompt is known, nothing here raises but variables that do not fit it. Safe to use from many
threads, and after a fork. A thread of its own waits for each prompt; it needs `prompt_rendering.py` and Jinja2.
"""

import hashlib
import http.client
import json
import logging
import os
import random
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prompt_rendering import Sandbox, given, settings

log = logging.getLogger("aiops.prompts")
WAIT, TIMEOUT, LONGEST_PAUSE, MOST_BYTES, MOST_PROMPTS = 30, 45, 60.0, 8_000_000, 100


class Unavailable(LookupError):
    """Nothing was ever served here under this name; says why."""


class Bundle:
    """One version of a prompt. Raises ValueError, KeyError or TypeError for what is none."""

    def __init__(self, answer: Any, name: str, environment: str) -> None:
        self.version, self.label, self.content = str(answer["version"]), str(answer["label"]), answer["bundle"]
        self.answer = answer
        canonical = json.dumps(self.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if hashlib.sha256(canonical.encode()).hexdigest() != self.version:
            raise ValueError("its content is not what its version says")
        if (answer["name"], answer["environment"]) != (name, environment):
            raise ValueError("it is another prompt, or of another environment")
        self.settings = settings(self.content)
        sandbox = Sandbox(self.content["parts"])
        self._messages = [(each["role"], sandbox.from_string(each["content"])) for each in self.content["messages"]]

    def render(self, **variables: Any) -> list[dict[str, str]]:
        """Messages as the gateway renders them. Raises BadVariables, and Jinja's errors for what stays undefined."""
        values = given(self.content["variables"], variables)
        return [{"role": role, "content": template.render(values)} for role, template in self._messages]


@dataclass
class _Known:
    """Of one prompt: what is served, when the console last said so (seconds since 1970), what is wrong since then."""

    bundle: Bundle | None = None
    confirmed_at: float = 0.0
    fault: str = "the console has not answered yet"
    # Why a restart would not find it; empty if it would.
    unkept: str = "it was not written yet"
    asked: threading.Event = field(default_factory=threading.Event)
    is_watched: bool = False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """The key goes to the console and to nobody it names."""


class Prompts:
    def __init__(
        self, url: str, key: str, folder: str | Path, environment: str = "production", *, patience: float = 2.0
    ) -> None:
        """`patience`: for how many seconds the first use of a prompt waits for the console before it reads the disk."""
        self._url, self._key, self._folder, self._environment = url.rstrip("/"), key, Path(folder), environment
        self._patience, self._lock, self._known = patience, threading.Lock(), dict[str, _Known]()
        self._opener, self._closed = urllib.request.build_opener(_NoRedirect), threading.Event()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def get(self, name: str) -> Bundle:
        """What is served now, as far as is known. Raises Unavailable if nothing ever was."""
        known = self._watched(name)
        if not known.asked.is_set():
            known.asked.wait(self._patience)
            known.asked.set()
        if known.bundle is None:
            raise Unavailable(f"Prompt {name} is not known here: {known.fault}.")
        return known.bundle

    def render(self, name: str, **variables: Any) -> list[dict[str, str]]:
        return self.get(name).render(**variables)

    def settings(self, name: str) -> dict[str, Any]:
        """Model, temperature and so on, as the body of a chat completion has them."""
        return self.get(name).settings

    def age_seconds(self, name: str) -> float:
        """Since the console last said that this is what is served. Below 40 all is well. Raises Unavailable."""
        self.get(name)
        return max(0.0, time.time() - self._known[name].confirmed_at)

    def close(self) -> None:
        self._closed.set()

    def _watched(self, name: str) -> _Known:
        known = self._known.get(name)
        if known is not None and known.is_watched:
            return known
        with self._lock:
            if name not in self._known and len(self._known) >= MOST_PROMPTS:
                raise Unavailable(f"{MOST_PROMPTS} prompts are in use already: are names made up at run time?")
            known = self._known.get(name) or self._read(name)
            if not known.is_watched:
                threading.Thread(target=self._watch, args=(name, known), daemon=True, name=f"prompt {name}").start()
            known.is_watched = True
            self._known[name] = known
        return known

    def _watch(self, name: str, known: _Known) -> None:
        failures = 0
        while not self._closed.is_set():
            began, fault, pause = time.monotonic(), "", 0.0
            try:
                pause = self._ask(name, known)
            except urllib.error.HTTPError as refused:
                fault = f"the console answered {refused.code}"
            except (OSError, http.client.HTTPException) as silent:
                fault = f"the console cannot be reached ({getattr(silent, 'reason', silent)})"
            except Exception as unfit:
                fault = f"what the console answered cannot be used ({type(unfit).__name__}: {unfit})"
            failures = failures + 1 if fault else 0
            if fault and fault != known.fault:
                log.warning("prompt %s: %s; %s", name, fault, "the last one goes on" if known.bundle else "none yet")
            elif known.fault and not fault:
                log.info("prompt %s: the console serves %s", name, known.bundle and known.bundle.label)
            known.fault = fault
            known.asked.set()
            pause = max(pause, 1.0 - (time.monotonic() - began))
            if fault:
                pause = min(LONGEST_PAUSE, 2.0 ** min(failures, 10)) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
            self._closed.wait(max(0.0, pause))

    def _ask(self, name: str, known: _Known) -> float:
        """Takes in what is served; how many seconds not to ask again."""
        query = urllib.parse.urlencode({"environment": self._environment, "wait": 0 if known.fault else WAIT})
        address = f"{self._url}/api/v1/prompts/{urllib.parse.quote(name, safe='')}/?{query}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {self._key}"})  # noqa: S310 - the operator's own
        if known.bundle:
            request.add_header("If-None-Match", f'"{known.bundle.version}"')
        try:
            with self._opener.open(request, timeout=TIMEOUT if known.bundle else 10) as response:
                text = response.read(MOST_BYTES)
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code != 304 or not known.bundle:
                    raise
                known.confirmed_at = time.time()
                self._confirm(name, known)
                said = answer.headers.get("Retry-After", "")
                return min(LONGEST_PAUSE, float(said)) if said.isdigit() else 0.0
        known.bundle = Bundle(json.loads(text), name, self._environment)
        known.confirmed_at = time.time()
        self._keep(name, known)
        return 0.0

    def _path(self, name: str) -> Path:
        return self._folder / f"{self._environment}.{urllib.parse.quote(name, safe='')}.json"

    def _read(self, name: str) -> _Known:
        """What was kept on disk; nothing if that cannot be believed."""
        try:
            path = self._path(name)
            bundle = Bundle(json.loads(path.read_text("utf-8")), name, self._environment)
            return _Known(bundle, path.stat().st_mtime, unkept="")
        except FileNotFoundError:
            return _Known()
        except Exception as fault:
            log.error("prompt %s: %s is passed over: %s", name, self._path(name), fault)
            return _Known()

    def _confirm(self, name: str, known: _Known) -> None:
        """What was kept is as new as what the console said; what is gone or could not be written is written again."""
        try:
            if not known.unkept:
                os.utime(self._path(name))
                return
        except OSError as fault:
            log.warning("prompt %s: what was kept is gone and is written again: %s", name, fault)
        self._keep(name, known)

    def _keep(self, name: str, known: _Known) -> None:
        """Tells once why it cannot, not at each confirmation."""
        before, known.unkept = known.unkept, ""
        try:
            self._write(name, known.bundle and known.bundle.answer)
        except OSError as fault:
            known.unkept = fault.strerror or str(fault)
            if known.unkept != before:
                log.error("prompt %s: a restart would not find it: %s", name, fault)

    def _write(self, name: str, answer: Any) -> None:
        """Whole or not at all: a reader, or a power cut, finds the old file or the new one. Only its owner reads it."""
        number, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump(answer, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path(name))
        except BaseException:
            os.unlink(temporary)
            raise

    def _forked(self) -> None:
        """Threads and locks of the parent are not there in a child; what was known is."""
        self._lock = threading.Lock()
        for known in self._known.values():
            known.is_watched, known.asked = False, threading.Event()
