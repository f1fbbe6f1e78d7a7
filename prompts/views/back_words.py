"""What going back, or ending a lane, does in words: its page's heading, which asks for it, and its button."""

from prompts.views.aims import Aim, What
from prompts.views.lane import Lane


def heading(lane: Lane, aim: Aim | None, *, is_done: bool, has_others: bool) -> str:
    if aim is None:
        known = f"Roll {lane.prompt} back to which version {lane.where}?"
        return known if has_others else "Nothing to go back to"
    if is_done:
        serves = f"{lane.tenant.name} gets" if lane.tenant else f"{lane.environment} serves"
        return f"{serves} {aim.version or 'nothing'} already"
    if aim.what is What.CANARY and lane.canary is not None:
        return f"End the canary of {lane.prompt} {lane.canary.version} {lane.where}?"
    if aim.what is What.CANARY:
        return f"The canary {lane.where} has ended already"
    if aim.what is What.OWN and lane.tenant is not None:
        return f"Give {lane.tenant.name} what everybody gets of {lane.prompt} in {lane.environment}?"
    return f"Roll {lane.prompt} back to {aim.version} {lane.where}?"


def button(lane: Lane, aim: Aim | None) -> str:
    if aim is None or not aim.is_possible(lane):
        return ""
    if aim.what is What.CANARY:
        return f"End the canary: {lane.all_of_it} {aim.version}"
    if aim.what is What.OWN and lane.tenant is not None:
        return f"Give {lane.tenant.name} what everybody gets"
    return f"Roll back to {aim.version}"


def end_heading(lane: Lane) -> str:
    if lane.tenant is not None:
        return f"Give {lane.tenant.name} what everybody gets of {lane.prompt} in {lane.environment}?"
    return f"Serve nothing of {lane.prompt} in {lane.environment} any more?"


def end_button(lane: Lane) -> str:
    if lane.tenant is not None:
        return f"Give {lane.tenant.name} what everybody gets"
    return f"Serve nothing in {lane.environment} any more"
