"""How long `aiops up` takes, packages installed: the first time (an empty folder) and again with the same data."""

from statistics import median

from bench import stack

ROUNDS = 3


def main() -> None:
    first: list[float] = []
    again: list[float] = []
    for _ in range(ROUNDS):
        with stack.home() as folder:
            for times in (first, again):
                with stack.running(folder) as running:
                    times.append(running.ready_seconds)
    print(f"first start: {median(first):.1f} s (mark: 60 s with packages downloaded, set-up of .venv included)")
    print(f"second start: {median(again):.1f} s (mark: 8 s)")


if __name__ == "__main__":
    main()
