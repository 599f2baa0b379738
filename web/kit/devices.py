"""What people call the device that a browser names itself by, such as “Chrome on Windows”."""

from core.i18n import N_, _

# The first that occurs is meant: most browsers name their forebears too.
BROWSERS = (
    ("MicroMessenger", N_("WeChat")), ("DingTalk", N_("DingTalk")), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("HuaweiBrowser", N_("Huawei Browser")), ("MiuiBrowser", N_("Mi Browser")), ("QQBrowser", N_("QQ Browser")),
    ("QBCore", N_("QQ Browser")), ("UCBrowser", N_("UC Browser")), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(agent: str) -> str:
    """A name that neither list knows stays as it is."""
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return _("{browser} on {system}", browser=browser, system=system)
    return browser or system or agent or _("Unknown device")


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((_(name) for sign, name in known if sign in agent), "")
