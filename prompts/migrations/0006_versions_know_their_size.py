from collections.abc import Iterator

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from prompts.migrations import _sizes

_AT_ONCE = 200


def count_what_is_there(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """What versions say stays as it is: only their sizes, which follow from it, are written beside."""
    # Reversed again below, in the same transaction; nobody's configuration changes, so no revision moves.
    for trigger in ("refuse_change", "bump_revision"):
        editor.execute(f"ALTER TABLE prompts_promptversion DISABLE TRIGGER {trigger}")
    versions = apps.get_model("prompts", "PromptVersion").objects
    for several in _lots(versions):
        versions.bulk_update(several, ["tokens", "lines_added", "lines_removed"])
    for trigger in ("refuse_change", "bump_revision"):
        editor.execute(f"ALTER TABLE prompts_promptversion ENABLE TRIGGER {trigger}")


def _lots(versions) -> Iterator[list]:  # type: ignore[no-untyped-def, type-arg]  # the model as it is here has no type
    kept: list = []  # type: ignore[type-arg]
    before, prompt = None, None
    for version in versions.order_by("prompt", "number").iterator(_AT_ONCE):
        content = _sizes.read(version.content)
        found = _sizes.sizes(content, before if prompt == version.prompt_id else None) if content else None
        if found is not None:
            version.tokens, version.lines_added, version.lines_removed = found.tokens, found.added, found.removed
            kept.append(version)
        before, prompt = content, version.prompt_id
        if len(kept) >= _AT_ONCE:
            yield kept
            kept = []
    yield kept


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0005_prompts_know_their_source"),
    ]

    operations = [
        migrations.AddField("promptversion", "tokens", models.PositiveIntegerField(null=True)),
        migrations.AddField("promptversion", "lines_added", models.PositiveIntegerField(null=True)),
        migrations.AddField("promptversion", "lines_removed", models.PositiveIntegerField(null=True)),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop),
        migrations.AddIndex("promptversion", models.Index(fields=["hash"], name="version_by_hash")),
    ]
