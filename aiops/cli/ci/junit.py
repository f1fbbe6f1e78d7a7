"""The report as JUnit XML: a test suite a run, its verdict first, then its cases."""

import re
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ElementTree, SubElement

from aiops.cli.ci.report import Judged, Report
from aiops.cli.evals.exits import NOT_MEASURED
from aiops.cli.evals.tallies import Case

# What XML cannot hold in any spelling; control characters are gone by now.
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AS: Final = {"blocked": "failure", "inconclusive": "failure", NOT_MEASURED: "error"}


def junit(report: Report) -> bytes:
    root = Element("testsuites", name="aiops")
    for judged in report.judged:
        _suite(root, judged)
    if report.remarks:
        _remarks(root, report)
    if report.problems:
        suite = _element(root, "testsuite", name="aiops ci", tests="1", failures="0", errors="1")
        case = _element(suite, "testcase", name="could be judged", classname="aiops ci")
        _element(case, "error", message=report.problems[0]).text = _text("\n".join(report.problems))
    written = BytesIO()
    ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue()


def _remarks(root: Element, report: Report) -> None:
    failures = str(int(report.is_weakened))
    suite = _element(root, "testsuite", name="aiops ci: remarks", tests="1", failures=failures, errors="0")
    case = _element(suite, "testcase", name="must-pass cases are as they were", classname="aiops ci")
    told = _text("\n".join(report.remarks))
    if report.is_weakened:
        _element(case, "failure", message="must-pass cases were removed or weakened").text = told
    else:
        _element(case, "system-out").text = told


def _suite(root: Element, judged: Judged) -> None:
    name = f"{judged.prompt}: {judged.suite or 'no suite'}"
    broken = [case for case in judged.cases if _is_broken(judged, case)]
    kind = _AS.get(judged.verdict)
    suite = _element(
        root,
        "testsuite",
        name=name,
        tests=str(1 + len(judged.cases)),
        failures=str(len(broken) + (kind == "failure")),
        errors=str(int(kind == "error")),
    )
    verdict = _element(suite, "testcase", name="verdict", classname=name)
    told = "\n".join([*judged.sentences, judged.url])
    if kind:
        _element(verdict, kind, message=judged.verdict).text = _text(told)
    else:
        _element(verdict, "system-out").text = _text(told)
    for case in judged.cases:
        _case(suite, name, case, is_broken=_is_broken(judged, case))


def _case(suite: Element, classname: str, case: Case, *, is_broken: bool) -> None:
    element = _element(suite, "testcase", name=case.name, classname=classname)
    why = [f"{case.said} passed.", case.head.reason, case.head.output]
    if is_broken:
        _element(element, "failure", message=f"{case.said} passed").text = _text("\n".join(filter(None, why)))
    else:
        _element(element, "system-out").text = _text(why[0])


def _is_broken(judged: Judged, case: Case) -> bool:
    """A case alone fails nothing: it may be chance, and the gate has counted it."""
    return judged.verdict == "blocked" and case.drop > 0


def _element(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, tag, {name: _text(value) for name, value in attributes.items()})


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
