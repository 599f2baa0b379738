"""What a test reads from a page: its inputs, and how many statements it cost."""

import html
import re
from typing import Any


def inputs(page: str) -> dict[str, str]:
    """Names and values of a page's main form: inputs, areas, and what is selected."""
    main = page.split('<form class="form"')[1].split("</form>")[0]
    found = {
        name: html.unescape(value)
        for tag in re.findall(r"<input[^>]*>", main)
        if (name := attr(tag, "name")) and is_sent(tag)
        for value in [attr(tag, "value") or ""]
    }
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', main, re.DOTALL):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def is_sent(tag: str) -> bool:
    return "checkbox" not in tag or " checked" in tag


def attr(tag: str, name: str) -> str | None:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return found[1] if found else None


def statements(answer: Any) -> int:
    found = re.search(r'desc="(\d+)"', answer.headers["server-timing"])
    assert found
    return int(found[1])
