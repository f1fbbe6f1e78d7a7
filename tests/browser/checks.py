"""What holds for every page: accessible, within the policy, as wide as the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What is laid out differs by the width, what has colours by the theme: each once, as looking takes long.
LOOKS = [(1440, "light"), (390, "dark")]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """Empty when nothing is wrong with what the page shows now."""
    return [*inaccessible(page), *broken_policy(page), *sideways(page)]


def inaccessible(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


def broken_policy(page: Page) -> list[str]:
    return [str(violation) for violation in page.evaluate("window.violations")]


def sideways(page: Page) -> list[str]:
    wider = page.evaluate(WIDER)
    return [f"{wider} px too wide"] if wider > 0 else []
