class CannotStart(Exception):
    """Why nothing was started, in words for the person who started it."""


class BadSetting(CannotStart):
    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name} is {value!r}; allowed: {allowed}.")
