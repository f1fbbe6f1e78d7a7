"""Templates to messages: compiled once, rendered at every call, bounded whatever the caller gives. Pure."""

from prompts.rendering.assembly import Assembly, TemplateFault, assemble, assemble_bundle
from prompts.rendering.compiled import Compiled, compile_bundle
from prompts.rendering.language import Source, read_template
from prompts.rendering.marked import Rendered, Stretch, render_marked
from prompts.rendering.refusals import BadTemplate, BadVariables

__all__ = [
    "Assembly",
    "BadTemplate",
    "BadVariables",
    "Compiled",
    "Rendered",
    "Source",
    "Stretch",
    "TemplateFault",
    "assemble",
    "assemble_bundle",
    "compile_bundle",
    "read_template",
    "render_marked",
]
