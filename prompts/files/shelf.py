"""What reading many prompts needs only once: folders with their texts, and templates by what they say."""

from dataclasses import dataclass, field
from pathlib import Path

from prompts.files.folder import Folder
from prompts.rendering import Source, read_template


@dataclass(frozen=True, slots=True)
class Shelf:
    """Of one reading: files are taken to stay as they are while it goes on."""

    _folders: dict[Path, Folder] = field(default_factory=dict)
    _templates: dict[str, Source] = field(default_factory=dict)

    def folder(self, path: Path) -> Folder:
        return self._folders.setdefault(path, Folder(path))

    def template(self, text: str) -> Source:
        if text not in self._templates:
            self._templates[text] = read_template(text)
        return self._templates[text]
