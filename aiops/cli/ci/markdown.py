"""The report as a comment on a pull request. What models, cases and files say is text in it, never markup."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiops.cli.ci.report import Judged, Report
from aiops.cli.evals.exits import NOT_MEASURED
from aiops.cli.evals.tallies import Case
from aiops.cli.printing import cents, counted
from aiops.cli.prompts.touching import Reach, TouchedFile, traffic_of

# By which the comment is found again, to be brought up to date.
MARK: Final = "<!-- aiops-ci -->"
# GitHub takes 65,536 characters.
_LONGEST: Final = 60_000
_CASES: Final = 5
_FILES: Final = 20
_ALERTS: Final = {"pass": "TIP", "blocked": "CAUTION", "inconclusive": "IMPORTANT", NOT_MEASURED: "WARNING"}
# As entities these are letters, whatever stands around them; an @ calls nobody and www. links nowhere.
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>#!|~&@:$\"']|(?<=www)\.", re.IGNORECASE)


def markdown(report: Report) -> str:
    """One alert, then only sections that hold something; as many of them as a comment may hold."""
    text = f"{MARK}\n{_alert(report)}\n"
    for section in _sections(report):
        if len(text) + len(section) > _LONGEST:
            return f"{text}\nThere is more on the pages that are linked above.\n"
        text += f"\n{section}\n"
    return text


def _alert(report: Report) -> str:
    if not report.judged and report.verdict == "pass":
        return f"> [!NOTE]\n> {_line(report.headline)}"
    return f"> [!{_ALERTS[report.verdict]}]\n> **{_line(report.headline)}**"


def _sections(report: Report) -> Iterator[str]:
    if report.problems:
        yield _block("\n".join(report.problems))
    if report.judged:
        yield _table(report)
    if report.reach.files:
        yield _impact(report.reach, report.problems)
    # Before what may be cut off.
    if report.remarks:
        yield "\n".join(f"- {_line(each)}" for each in report.remarks)
    for judged in report.judged:
        if judged.lost:
            yield _lost(judged)
        if judged.worse:
            yield _worse(judged)
    if report.removed:
        yield f"Removed: {', '.join(map(_code, report.removed))}."


def _table(report: Report) -> str:
    rows = ["| Prompt | Suite | Verdict | |", "|---|---|---|---|", *map(_row, report.judged)]
    return "\n".join(rows)


def _row(judged: Judged) -> str:
    said = "<br>".join(map(_line, judged.sentences))
    link = f"[Diff]({_address(judged.url)})" if judged.url else ""
    verdict = f"**{_line(judged.verdict)}**" + (f"<br>{said}" if said else "")
    prompt = f"{_code(judged.prompt)}<br>{_line(judged.versions or judged.why)}"
    return f"| {prompt} | {_code(judged.suite) if judged.suite else ''} | {verdict} | {link} |"


def _impact(reach: Reach, told: Sequence[str]) -> str:
    """What is told above as a problem is not told again as the reason."""
    rows = [_touched(reach, file) for file in reach.files[:_FILES]]
    table = ["| Changed | Touches | Judged by | Calls, 7 days | Cost |", "|---|---|---|--:|--:|", *rows]
    more = f"\n\nAnd {counted(len(reach.files) - _FILES, 'file')} more." if len(reach.files) > _FILES else ""
    why = f" {_line(reach.unknown)}" if reach.unknown not in told else ""
    unknown = f"\n\nCalls and cost are not known.{why}" if reach.unknown else ""
    return "\n".join(table) + more + unknown


def _touched(reach: Reach, file: TouchedFile) -> str:
    prompts, traffic = reach.of(file), traffic_of(reach.of(file))
    names = "<br>".join(f"{_code(prompt.name)} {_line(prompt.feature)}".strip() for prompt in prompts)
    suites = "<br>".join(", ".join(map(_code, prompt.suites)) or "**no suite**" for prompt in prompts)
    calls = "–" if traffic["calls_7d"] is None else f"{traffic['calls_7d']:,}"
    cost = _line(cents(traffic["cost_usd_7d"]).replace("—", "–"))
    return f"| {_code(file.path)} | {names or 'no prompt includes it'} | {suites} | {calls} | {cost} |"


def _lost(judged: Judged) -> str:
    reasons = [f"- {counted(answers, 'answer')}: {_line(reason)}" for reason, answers in judged.lost]
    return "\n".join([f"{_code(judged.suite)}: not measured", "", *reasons])


def _worse(judged: Judged) -> str:
    worse = judged.worse
    title = f"{_code(judged.suite)}: {counted(len(worse), 'case')} that head passes less often"
    more = f"\n\nAnd {len(worse) - _CASES:,} more." if len(worse) > _CASES else ""
    cases = "\n\n".join(map(_case, worse[:_CASES]))
    return f"<details><summary>{title}</summary>\n\n{cases}{more}\n\n</details>"


def _case(case: Case) -> str:
    why = f": {_line(case.head.reason)}" if case.head.reason else ""
    answer = f"\n\n{_block(case.head.output)}" if case.head.output else ""
    return f"{_code(case.name)} {_line(case.said)}{why}{answer}"


def _line(text: str) -> str:
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def _code(text: str) -> str:
    return f"<code>{_line(text)}</code>"


def _block(text: str) -> str:
    """Inside `pre` nothing is markup but tags and entities."""
    return f"<pre>{html.escape(text)}</pre>"


def _address(url: str) -> str:
    return re.sub(r"[^\w:/.?=&%#~-]", "", url)
