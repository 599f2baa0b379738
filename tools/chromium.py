"""Find a Chromium for the browser journeys; `python -m tools.chromium` installs one where apt may be used."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
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
    return [str(path) for path in sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)]


def starts(path: str) -> bool:
    """Ubuntu's package of this name is a script that only asks for a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(ADVICE, file=sys.stderr)
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", "-q", *command], env=quiet).returncode:
            print("apt could not install chromium: the browser journeys are skipped.", file=sys.stderr)
            return


if __name__ == "__main__":
    if chromium_path() is None:
        install()
