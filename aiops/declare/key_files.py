"""Keys that a declaration leaves to files of their own."""

from pathlib import Path

from aiops.lib.yaml_file import Unreadable, YamlFile


def with_key_files(declaration: YamlFile) -> YamlFile:
    """Keys named by `api_key_file` are read here, beside the file that names them: the console may be elsewhere."""
    providers = declaration.data.get("providers") if isinstance(declaration.data, dict) else None
    for slug, provider in (providers or {}).items() if isinstance(providers, dict) else ():
        if isinstance(provider, dict) and isinstance(provider.get("api_key_file"), str):
            where = declaration.where(("providers", slug, "api_key_file"))
            provider["api_key"] = _secret(declaration.path.parent / provider.pop("api_key_file"), where)
    return declaration


def _secret(path: Path, where: str) -> str:
    try:
        text = path.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise Unreadable(f"{where}: api_key_file: {path} cannot be read ({fault}).") from fault
    if not text:
        raise Unreadable(f"{where}: api_key_file: {path} is empty.")
    return text
