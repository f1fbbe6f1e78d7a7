"""Static files that come in the wheels of other packages: named here, served under our names, never copied in."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, override

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

# Our name: the package and the file in it. The packages are found, not imported: plotly's import costs 30 MB.
FILES: Final = {
    "vendor/htmx.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
    "vendor/plotly.js": ("plotly", "package_data/plotly.min.js"),
}


class MissingPackageFile(Exception):
    """A wheel does not hold the file any more: its version moved it."""


def location_of(name: str) -> Path:
    package, file = FILES[name]
    spec = find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or []
    found = next((Path(folder) / file for folder in folders if (Path(folder) / file).is_file()), None)
    if found is None:
        raise MissingPackageFile(f"{package} holds no {file}; aiops/static_packages.py must name its new place.")
    return found


class PackageFilesStorage(FileSystemStorage):
    """The named files, each where its package has it."""

    prefix = ""

    @override
    def path(self, name: str) -> str:
        return str(location_of(name))


class PackageFilesFinder(BaseFinder):
    @override
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(location_of(path))] if path in FILES else []
        return found if find_all else next(iter(found), None)

    @override
    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        storage = PackageFilesStorage()
        return ((name, storage) for name in FILES)
