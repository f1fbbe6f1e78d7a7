from django.apps import AppConfig


class KillswitchConfig(AppConfig):
    name = "killswitch"
