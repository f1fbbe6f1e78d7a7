"""Which scopes an address may name: those of everybody, and those of one tenant."""

from django.urls.converters import StringConverter

from killswitch.scopes import SHARED, Scope


class SharedScope(StringConverter):
    regex = "|".join(sorted(SHARED - {Scope.GLOBAL}))


class TheirScope(StringConverter):
    regex = f"{Scope.CONNECTION}|{Scope.USER}"
