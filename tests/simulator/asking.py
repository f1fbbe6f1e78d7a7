"""Ask the simulator as the gateway does, without a server."""

from typing import Any

from aiops.simulator.completions import answer_to
from aiops.simulator.faults import QUICK, Behaviour
from aiops.simulator.knowledge import ARTICLES, Article

TEXTS = {article.id: article for article in ARTICLES}


def as_source(article: Article) -> str:
    return f'<source id="{article.id}" title="{article.title}">{article.text}</source>'


def ask(system: str, question: str, *sources: str | Article, fault: str = "", role: str = "system", **body: Any) -> str:
    """A source is an article or the id of one."""
    given = [as_source(source if isinstance(source, Article) else TEXTS[source]) for source in sources]
    messages = [
        {"role": role, "content": system},
        {"role": "user", "content": "\n".join([*given, question])},
    ]
    return answer_to({"model": "mini", "messages": messages, **body}, Behaviour(fault) if fault else QUICK).text
