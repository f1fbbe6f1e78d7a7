"""The example, as in the folder of an application that has copied it."""

import importlib
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"

sys.path.insert(0, str(EXAMPLES))
prompt_client = importlib.import_module("prompt_client")
prompt_rendering = importlib.import_module("prompt_rendering")
sys.path.remove(str(EXAMPLES))
