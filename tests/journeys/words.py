"""Labels as the screen shows them in a language, so that one journey serves all."""

from collections.abc import Callable

from core.i18n import _, translate, use_language
from core.registry import registry
from web.kit import rendering

Say = Callable[..., str]


def words(lang: str) -> Say:
    registry(), rendering.environment()  # what loads the catalogues

    def say(message: str, **slots: object) -> str:
        with use_language(lang):
            return _(message, **slots)

    assert lang == "en" or translate("Save", lang) != "Save"
    return say
