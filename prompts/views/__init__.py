"""The Prompts pages: what is live where, what was pushed, letting a version go live and taking it back."""

from prompts.views.canary import prompt_canary
from prompts.views.detail import prompt_detail
from prompts.views.end import prompt_end
from prompts.views.environments import environment_list, environment_protect
from prompts.views.part import part_detail
from prompts.views.parts import part_csv, part_list
from prompts.views.plan import plan_approve, plan_cancel, plan_decline, plan_detail
from prompts.views.plans import plan_csv, plan_list
from prompts.views.preview import version_preview
from prompts.views.prompts import prompt_csv, prompt_list
from prompts.views.release import prompt_release
from prompts.views.rollback import prompt_rollback
from prompts.views.version import version_detail
from prompts.views.versions import versions_csv

__all__ = [
    "environment_list",
    "environment_protect",
    "part_csv",
    "part_detail",
    "part_list",
    "plan_approve",
    "plan_cancel",
    "plan_csv",
    "plan_decline",
    "plan_detail",
    "plan_list",
    "prompt_canary",
    "prompt_csv",
    "prompt_detail",
    "prompt_end",
    "prompt_list",
    "prompt_release",
    "prompt_rollback",
    "version_detail",
    "version_preview",
    "versions_csv",
]
