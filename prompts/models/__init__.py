from prompts.models.prompt import Prompt
from prompts.models.release import Release
from prompts.models.version import PromptVersion

__all__ = ["Prompt", "PromptVersion", "Release"]
