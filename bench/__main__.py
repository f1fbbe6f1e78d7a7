"""`make bench`: every measurement, or the named ones (`python -m bench startup gateway`)."""

import importlib
import sys

ALL = (
    "startup", "memory", "pages", "recorder", "gateway", "gate", "evals", "diff", "rollback", "actions", "killswitch",
    "schedules", "quotes", "streams", "render", "prompt_pages", "prompts_check", "longpoll",
)  # fmt: skip


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"No measurement called {', '.join(unknown)}; there are: {', '.join(ALL)}.", file=sys.stderr)
        return 2
    for name in names or ALL:
        print(f"\n## {name}\n", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
