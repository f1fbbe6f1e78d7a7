from prompts.models.planned import PlannedRelease
from prompts.models.prompt import Prompt
from prompts.models.protection import Protection
from prompts.models.release import EVERYBODY, Release
from prompts.models.version import PromptVersion

__all__ = ["EVERYBODY", "PlannedRelease", "Prompt", "PromptVersion", "Protection", "Release"]
