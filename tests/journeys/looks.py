"""What a browser measures on a page: barriers, sideways scroll, weight."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A sample of what repeats, for the daily run: the first rows of a table or list, the first cards, and one menu in the
# whole walk.
REPEATED = (
    ".side",
    "tbody tr:nth-child(n+7)",
    *(f"{rows}:nth-child(n+7)" for rows in (".items > li", ".people > li", ".told > li", ".agenda li", ".rights > li")),
    "[data-card]:nth-child(n+4)",
    ".tl li:nth-child(n+7)",
    "option:nth-child(n+9)",
)
RUN = """([context, options]) => axe.run(context, options).then(result =>
  result.violations.flatMap(found => found.nodes.slice(0, 3).map(
    node => [found.id, node.target.join(' '), node.html])))"""
# The page's own width, and what sticks out of it where no scroller of its own holds it.
STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide && document.body.scrollWidth <= wide) return [];
  const held = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className.baseVal ?? e.className).toString()
    .split(' ').filter(Boolean).map(c => '.' + c).join('');
  const out = [...document.body.querySelectorAll('*')].filter(
    e => e.getBoundingClientRect().right > wide + 1 && !held(e));
  return [document.documentElement.scrollWidth + ' > ' + wide, ...out.slice(0, 4).map(name)];
}"""


def carry_axe(page: Page) -> None:
    """On every page that is opened from now on: half of what it costs to hand it to each."""
    page.add_init_script(AXE)


def barriers(page: Page, *, is_whole: bool = False, has_contrast: bool = True) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, levels A and AA. Contrast is half of its work."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    context: Any = {"exclude": [] if is_whole else [[part] for part in REPEATED]}
    options = {"runOnly": RULES, "resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": has_contrast}}}
    return [f"{rule}: {target}: {html[:160]}" for rule, target, html in page.evaluate(RUN, [context, options])]


def sideways(page: Page, *widths: int) -> list[str]:
    """Widths at which the page scrolls to the side, and what sticks out."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        if out := page.evaluate(STICKING_OUT):
            found.append(f"sideways scroll at {width} px: {out}")
    return found
