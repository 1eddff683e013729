"""What a form page says, as plain lines that a social worker can read: words, answers and buttons, in their order."""

import re
from html.parser import HTMLParser

from tests.channels.forms import Shown

BLOCKS = ("p", "li", "dt", "dd", "h1", "h2", "legend", "summary", "label", "button", "fieldset", "div")
CODE = re.compile(r"\b\d{4}( \d{4}){3}\b")
"""A receipt's code is another one each time."""
MARKS = {"radio": ("( )", "(x)"), "checkbox": ("[ ]", "[x]")}


def told(page: Shown) -> str:
    """The whole page, from its heading to its last button."""
    reader = Lines()
    reader.feed(page.html.split("<main")[1].partition(">")[2].split("</main>")[0])
    reader.close()
    return CODE.sub("0000 0000 0000 0000", "\n".join(reader.lines).strip())


class Lines(HTMLParser):
    """Reads what stands between the tags of `main`, block by block. What only a script or a screen reader uses is left
    out, and so are the buttons for another language and those beside each line of the review."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = list[str]()
        self.line, self.mark, self.number = "", "", 0
        self.silent = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.silent or self._is_silent(tag, given):
            if tag not in ("input", "br"):
                self.silent.append(tag)
            return
        if tag in BLOCKS or tag in ("textarea", "ol", "ul", "br"):
            self.end()
        match tag:
            case "h1" | "h2":
                self.mark = "# "
            case "li":
                self.number += bool(self.number)
                self.mark = f"{self.number - 1}. " if self.number else "• "
            case "ol":
                self.number = 1
            case "ul":
                self.number = 0
            case "dd":
                self.mark = "  "
            case "legend":
                self.mark = "? "
            case "button":
                self.mark = "["
            case "input" if given.get("type") in MARKS:
                self.mark = f"  {MARKS[given['type']]['checked' in given]} "
            case "input" | "textarea" if given.get("type") != "hidden":
                self.line += f" ____ {given.get('value', '')}"
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if self.silent[-1] == tag:
                self.silent.pop()
        elif tag in BLOCKS:
            self.end("]" if tag == "button" else "")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.line += data

    def end(self, behind: str = "") -> None:
        words = " ".join(self.line.split())
        if words:
            self.lines += ["", f"{self.mark}{words}"] if self.mark in ("# ", "? ") else [f"{self.mark}{words}{behind}"]
        self.line = self.mark = ""

    def _is_silent(self, tag: str, given: dict[str, str]) -> bool:
        hidden = (
            "hidden" in given
            or given.get("aria-hidden") == "true"
            or given.get("class") in ("unseen", "tongues", "acts")
        )
        return hidden or tag in ("script", "style") or (tag == "option" and "selected" not in given)
