from typing import Any

from rest_framework import serializers

from killswitch.models import Channel, Notice
from killswitch.notices.wording import tell
from tenants.serializers import Choice, Page, Strict


class ChannelQuery(Page):
    tenant = serializers.CharField(required=False, help_text="Only this tenant's; _operator: those of the operator.")


class NoticeQuery(ChannelQuery):
    state = Choice(choices=[*Notice.State.values, "all"], default="all")


class ChannelValues(Strict):
    """What both adding and changing one may say."""

    name = serializers.CharField(required=False, max_length=100)
    address = serializers.CharField(
        required=False, max_length=1000, help_text="A URL, never shown again in full; or e-mail addresses."
    )
    secret = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Signs what is posted; empty: nothing is signed."
    )
    news = Choice(choices=Channel.News.choices, required=False, help_text="every, shared or trouble.")
    with_drills = serializers.BooleanField(required=False, help_text="Stops made to practise, too.")
    allow_private = serializers.BooleanField(required=False, help_text="For who is over all tenants to allow.")
    is_enabled = serializers.BooleanField(required=False)


class ChannelOrder(ChannelValues):
    tenant = serializers.CharField(required=False, help_text="Without it: the operator's own, which hears of all.")
    kind = Choice(choices=Channel.Kind.choices)
    name = serializers.CharField(max_length=100)
    address = serializers.CharField(max_length=1000)


class ChannelChange(ChannelValues):
    version = serializers.IntegerField(required=False, help_text="That was seen; a later one is a conflict.")


class ChannelShape(serializers.ModelSerializer[Channel]):
    tenant = serializers.CharField(source="tenant.slug")
    kind = serializers.CharField(help_text="webhook or email.")
    news = serializers.CharField(help_text="every, shared or trouble.")
    outcome = serializers.CharField(help_text="Of the last try: none, ok or failed.")

    class Meta:
        model = Channel
        fields = [
            "id", "tenant", "name", "kind", "address", "is_signed", "news", "with_drills", "allow_private",
            "is_enabled", "outcome", "outcome_at", "outcome_says", "version", "created_at", "changed_at", "changed_by",
        ]  # fmt: skip


class NoticeShape(serializers.ModelSerializer[Notice]):
    tenant = serializers.CharField(source="tenant.slug")
    channel = serializers.SerializerMethodField(help_text="Null: a mail to one person.")
    kind = serializers.CharField(help_text=", ".join(Notice.Kind))
    state = serializers.CharField(help_text="waiting, sent or given_up.")
    title = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = [
            "id", "tenant", "channel", "kind", "title", "stop_id", "revision", "state", "attempts", "made_at",
            "tried_at", "due_at", "says",
        ]  # fmt: skip

    def get_channel(self, notice: Notice) -> str | None:
        names: dict[Any, str] = self.context["channels"]
        return names.get(notice.channel_id) if notice.channel_id else None

    def get_title(self, notice: Notice) -> str:
        return tell(notice.kind, notice.facts).title


class WatchOrder(Strict):
    user = serializers.CharField(
        required=False, max_length=254, help_text="With a key: who is told, by their e-mail address here."
    )


class WatchQuery(WatchOrder):
    pass


class WatchShape(serializers.Serializer[Any]):
    stop = serializers.UUIDField()
    user = serializers.CharField(help_text="The address that is written to.")


class TriedShape(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    says = serializers.CharField()
