"""What a template sees, without what only blocks and imports of Jinja need: prompts have neither."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, cast, override

from jinja2 import Environment
from jinja2.nodes import EvalContext
from jinja2.runtime import Context


class _Prepared(Environment):
    evaluation: EvalContext


class LeanContext(Context):
    """Made for every inclusion. Nothing changes an evaluation's context here, so an environment has one for all."""

    @override
    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Callable[[Context], Iterator[str]]],
        globals: MutableMapping[str, Any] | None = None,
    ) -> None:
        self.parent = parent
        self.vars = {}
        self.environment = environment
        self.eval_ctx = cast(_Prepared, environment).evaluation
        self.exported_vars = set()
        self.name = name
        self.globals_keys = set()
        self.blocks = {}
