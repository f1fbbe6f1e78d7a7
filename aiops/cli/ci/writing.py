"""The files that a job keeps."""

from pathlib import Path

import orjson

from aiops.cli.ci.junit import junit
from aiops.cli.ci.markdown import markdown
from aiops.cli.ci.report import Report


def write(report: Report, out: Path) -> None:
    """Raises OSError."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2) + b"\n")
    (out / "report.md").write_text(markdown(report), encoding="utf-8")
    (out / "junit.xml").write_bytes(junit(report))
