"""Write the lock files, or check that they are in step. A lock names no index, so it serves every mirror."""

# ruff: noqa: S603 - it starts uv: that is its work
import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "bin" / "uv"
FLAGS = ["--quiet", "--universal", "--python-version", "3.12", "--generate-hashes", "--no-header", "--no-annotate"]
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev", "-c", "requirements.lock"],
    "requirements-llm.lock": ["requirements-llm.in", "--no-deps"],
    "requirements-tokens.lock": ["requirements-tokens.in", "--no-deps"],
    "requirements-erp.lock": ["requirements-erp.in"],
    "requirements-clients.lock": ["requirements-clients.in"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a lock is out of step")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    options = parser.parse_args()
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        for name in LOCKS:
            fresh = Path(folder) / name
            if _is_in_step(name, fresh, upgrade=options.upgrade):
                continue
            stale.append(name)
            if not options.check:
                # At once, as the next lock may be made with this one.
                shutil.copyfile(fresh, ROOT / name)
    if stale and options.check:
        sys.exit(f"Out of step with what they are made from: {', '.join(stale)}. Run `make lock`.")
    print("written: " + ", ".join(stale) if stale else "locks in step")


def _is_in_step(name: str, fresh: Path, *, upgrade: bool) -> bool:
    """uv prefers the pins that it finds in its output, so a lock in step comes out as it went in."""
    if (ROOT / name).exists():
        shutil.copyfile(ROOT / name, fresh)
    command = [UV, "pip", "compile", *FLAGS, *LOCKS[name], "-o", fresh, *(["--upgrade"] if upgrade else [])]
    env = {"UV_SYSTEM_CERTS": "1", **os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run(command, check=True, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    return (ROOT / name).exists() and filecmp.cmp(ROOT / name, fresh, shallow=False)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as fault:
        sys.exit(f"uv could not resolve the locks (exit code {fault.returncode}); what it said above tells why.")
