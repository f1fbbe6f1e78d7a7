"""What holds for every page: accessible, within the policy, as wide as the screen."""

from collections.abc import Callable, Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# What is laid out differs by the width, what has colours by the theme: each once, as looking takes long.
LOOKS = [(1440, "light"), (390, "dark")]
PHONE, NARROWEST = 390, 320
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Only what is wrong comes back: the rest is long, and nobody reads it.
AXE = "axe.run({resultTypes: ['violations']}).then((told) => told.violations)"


def faults_on(page: Page, paths: Iterable[str]) -> dict[str, list[str]]:
    """Of the pages with which something is wrong, what; a phone's also where it is the narrowest."""
    return _wrong(page, paths, lambda: [*faults(page), *sideways_when_narrow(page)])


def sideways_on(page: Page, paths: Iterable[str]) -> dict[str, list[str]]:
    """Of the pages that are wider than a phone or than the narrowest one, by how much."""
    return _wrong(page, paths, lambda: [*sideways(page), *sideways_when_narrow(page)])


def faults(page: Page) -> list[str]:
    """Empty when nothing is wrong with what the page shows now."""
    return [*inaccessible(page), *broken_policy(page), *sideways(page)]


def inaccessible(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [f"{each['id']}: {node['html'][:200]}" for each in page.evaluate(AXE) for node in each["nodes"]]


def broken_policy(page: Page) -> list[str]:
    return [str(violation) for violation in page.evaluate("window.violations")]


def sideways(page: Page) -> list[str]:
    wider = page.evaluate(WIDER)
    return [f"{wider} px too wide"] if wider > 0 else []


def sideways_when_narrow(page: Page) -> list[str]:
    usual = page.viewport_size
    if usual is None or usual["width"] > PHONE:
        return []
    page.set_viewport_size({**usual, "width": NARROWEST})
    found = [f"{NARROWEST} px: {each}" for each in sideways(page)]
    page.set_viewport_size(usual)
    return found


def _wrong(page: Page, paths: Iterable[str], look: Callable[[], list[str]]) -> dict[str, list[str]]:
    found = {path: look() for path in paths if page.goto(path)}
    return {path: wrong for path, wrong in found.items() if wrong}
