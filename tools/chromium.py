"""Find a Chromium for the browser journeys; `python -m tools.chromium` installs one where apt may be used."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

# The shell comes first: a page in it costs half of what it costs in a browser that draws a window around it.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Without a network apt gives up soon.
APT = ("apt-get", "-q", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
ADVICE = (
    "There is no Chromium here, and only root may install one with apt: the browser journeys are skipped.\n"
    "Any of these brings them back: `apt-get install chromium` as root, `.venv/bin/playwright install chromium`,\n"
    "or OCTANT_CHROMIUM=/path/to/chromium."
)


@cache
def chromium_path() -> str | None:
    """The first Chromium that starts: OCTANT_CHROMIUM, the machine's own, or Playwright's download."""
    if chosen := os.environ.get("OCTANT_CHROMIUM"):
        return chosen
    found = [shutil.which(name) for name in NAMES]
    return next((path for path in (*found, MAC, *downloaded()) if path and starts(path)), None)


def downloaded() -> list[str]:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    kinds = ("chromium_headless_shell-*/chrome-*linux*/*headless*shell", "chromium-*/chrome-linux*/chrome")
    return [str(path) for kind in kinds for path in sorted(folder.glob(kind), reverse=True)]


def starts(path: str) -> bool:
    """Ubuntu's package of this name is a script that only asks for a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install(*packages: str) -> None:
    """The first of the packages that apt can install."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(ADVICE, file=sys.stderr)
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*APT, "update"], env=quiet)
    for package in packages:
        if subprocess.run([*APT, "install", "-y", "--no-install-recommends", package], env=quiet).returncode == 0:
            return
    print("apt could not install " + ", ".join(packages) + ".", file=sys.stderr)


def is_shell(path: str) -> bool:
    return "headless" in Path(path).name


def main() -> None:
    """On a person's machine any Chromium will do; a machine for tests gets the shell beside it."""
    found = chromium_path()
    if found is None:
        install(SHELL, "chromium")
    elif os.environ.get("CI") and os.geteuid() == 0 and not is_shell(found):
        install(SHELL)


if __name__ == "__main__":
    main()
