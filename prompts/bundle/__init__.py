"""What a version of a prompt is made of; its hash is the version. Pure."""

from prompts.bundle.bundle import Bundle
from prompts.bundle.faults import BadBundle, Fault, Place
from prompts.bundle.messages import Message, Role
from prompts.bundle.output import Output
from prompts.bundle.variables import Type, Variable

__all__ = ["BadBundle", "Bundle", "Fault", "Message", "Output", "Place", "Role", "Type", "Variable"]
