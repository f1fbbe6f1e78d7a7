from typing import Any

from django import forms

from integrations.contract import System
from integrations.models import Connection
from integrations.services import Draft


class ConnectionForm(forms.Form):
    """Fields that every connection has, and those that this system asks for."""

    tenant = forms.CharField(max_length=63)
    slug = forms.CharField(max_length=63)
    name = forms.CharField(max_length=200)
    address = forms.CharField(max_length=500, widget=forms.URLInput)
    acts_as = forms.CharField(max_length=200)
    # Never rendered again, not even after a mistake.
    key = forms.CharField(max_length=4000, widget=forms.PasswordInput(attrs={"autocomplete": "off"}), required=False)
    environment = forms.CharField(max_length=30)
    writes = forms.ChoiceField(choices=Connection.Writes.choices)
    is_enabled = forms.BooleanField(required=False)
    allow_private = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, system: System, connection: Connection | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._system = system
        for setting in system.settings:
            field = forms.CharField(max_length=200, label=setting.label, required=setting.is_required)
            field.help_text = setting.hint
            self.fields[f"setting_{setting.name}"] = field
        if connection is None:
            self.fields["key"].required = True
            self.initial.update(environment="production", writes=Connection.Writes.APPROVE, is_enabled=True)
            return
        self.fields["tenant"].required = self.fields["slug"].required = False
        # All fields are sent: without the version that was seen, a colleague's change would be taken back unnoticed.
        self.fields["version"].required = True
        names = ("name", "address", "acts_as", "environment", "writes", "is_enabled", "allow_private", "version")
        self.initial.update({name: getattr(connection, name) for name in names})
        self.initial.update({f"setting_{name}": value for name, value in connection.settings.items()})

    def draft(self) -> Draft:
        """What was filled in, once it is valid."""
        return Draft(**self.values())

    def values(self) -> dict[str, Any]:
        names = ("name", "address", "acts_as", "environment", "writes", "is_enabled", "allow_private")
        settings = {each.name: self.cleaned_data[f"setting_{each.name}"] for each in self._system.settings}
        return {
            "system": self._system.slug,
            "settings": {name: value for name, value in settings.items() if value},
            "key": self.cleaned_data["key"] or None,
            **{name: self.cleaned_data[name] for name in names},
        }
