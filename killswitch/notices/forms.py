from typing import Any, Final

from django import forms

from killswitch.models import Channel
from killswitch.notices.channels import SHORTEST_SECRET, Draft
from tenants.models import Tenant

ALLOW_PRIVATE: Final = "Allow addresses of the private network"
_SAID: Final = {
    "required": "This is needed.",
    "max_length": "At most %(limit_value)d characters; these are %(show_value)d.",
}
_SHARED: Final = Channel.News.SHARED
_KEPT: Final = ("name", "news", "with_drills", "allow_private", "is_enabled")


class ChannelForm(forms.Form):
    """What was typed stays after a mistake; a secret does not, and a kept webhook's address is never rendered."""

    tenant = forms.ChoiceField(label="Whose stops", error_messages=_SAID)
    kind = forms.ChoiceField(choices=Channel.Kind.choices, label="How", error_messages=_SAID)
    name = forms.CharField(max_length=100, error_messages=_SAID)
    address = forms.CharField(max_length=1000, error_messages=_SAID)
    secret = forms.CharField(max_length=200, required=False, error_messages=_SAID)
    news = forms.ChoiceField(choices=Channel.News.choices, label="What", error_messages=_SAID)
    with_drills = forms.BooleanField(required=False)
    allow_private = forms.BooleanField(required=False)
    is_enabled = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, tenants: list[Tenant], channel: Channel | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(each.slug, "Every stop" if each.is_operator else each.name) for each in tenants]
        self.fields["tenant"] = forms.ChoiceField(choices=choices, label="Whose stops", error_messages=_SAID)
        # A tenant's own channel hears of its own stops alone.
        if not any(each.is_operator for each in tenants):
            news = [choice for choice in Channel.News.choices if choice[0] != _SHARED]
            self.fields["news"] = forms.ChoiceField(choices=news, label="What", error_messages=_SAID)
        if channel is None:
            self.initial.update(
                kind=Channel.Kind.WEBHOOK, news=Channel.News.EVERY, is_enabled=True, tenant=tenants[0].slug
            )
            return
        self.fields["tenant"].required = self.fields["kind"].required = self.fields["address"].required = False
        # All fields are sent: without the version that was seen, a colleague's change would be taken back unnoticed.
        self.fields["version"].required = True
        self.initial.update({name: getattr(channel, name) for name in (*_KEPT, "version")})
        if channel.kind == Channel.Kind.EMAIL:
            self.initial["address"] = channel.address

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if secret and len(secret) < SHORTEST_SECRET:
            raise forms.ValidationError(f"At least {SHORTEST_SECRET} characters; these are {len(secret)}.")
        return secret

    def draft(self) -> Draft:
        return Draft(kind=self.cleaned_data["kind"], **self.values())

    def values(self) -> dict[str, Any]:
        """What was left empty stays as it is."""
        given = self.cleaned_data
        secret = {"secret": given["secret"]} if given["secret"] else {}
        return {**{name: given[name] for name in _KEPT}, "address": given["address"], **secret}
