from typing import Any, Final, override

from django import forms

from aiops.lib import addresses
from integrations.contract import System
from integrations.models import Connection
from integrations.services import Draft
from tenants.models import Tenant
from tenants.refusals import Invalid
from tenants.services.tenants import check_slug

ALLOW_PRIVATE: Final = "Allow addresses of the private network"
_SAID: Final = {
    "required": "This is needed.",
    "max_length": "At most %(limit_value)d characters; these are %(show_value)d.",
}


class ConnectionForm(forms.Form):
    """Fields that every connection has, and those that this system asks for."""

    tenant = forms.CharField(max_length=63, error_messages=_SAID)
    slug = forms.CharField(max_length=63, label="Short name", error_messages=_SAID)
    name = forms.CharField(max_length=200, error_messages=_SAID)
    address = forms.CharField(max_length=500, widget=forms.URLInput, error_messages=_SAID)
    acts_as = forms.CharField(max_length=200, error_messages=_SAID)
    # Never rendered again, not even after a mistake.
    key = forms.CharField(
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        required=False,
        error_messages=_SAID,
    )
    environment = forms.CharField(max_length=30, error_messages=_SAID)
    writes = forms.ChoiceField(choices=Connection.Writes.choices, label="What happens to writes", error_messages=_SAID)
    is_enabled = forms.BooleanField(required=False)
    allow_private = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        system: System,
        connection: Connection | None = None,
        may_go_private: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._system, self._may_go_private = system, may_go_private
        self.fields["key"].label = system.key_label
        for setting in system.settings:
            field = forms.CharField(
                max_length=200, label=setting.label, required=setting.is_required, error_messages=_SAID
            )
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

    def clean_tenant(self) -> str:
        slug: str = self.cleaned_data["tenant"]
        if slug and not Tenant.objects.customers().filter(slug=slug).exists():
            raise forms.ValidationError("There is no such tenant that you may change.")
        return slug

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        try:
            if slug or self.fields["slug"].required:
                check_slug("slug", slug)
        except Invalid as refused:
            raise forms.ValidationError(refused.sentence) from None
        return slug

    @override
    def clean(self) -> dict[str, Any]:
        """What the service would refuse, here all at once."""
        given = self.cleaned_data
        address, is_private = given.get("address"), given.get("allow_private", False)
        if address and (fault := addresses.fault_of(address, allow_private=is_private)):
            self.add_error("address", self.told(fault))
        return given

    def told(self, fault: str) -> str:
        """In the page's words: `allow_private` is a name for programs."""
        way_out = f"tick “{ALLOW_PRIVATE}”" if self._may_go_private else "only the operator's own people may allow it"
        return fault.replace(addresses.ALLOW_IT, way_out)

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
