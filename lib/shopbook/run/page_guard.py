"""What a published page may not hold: whatever runs, loads or leads somewhere by itself.

The page's Content-Security-Policy stops a browser; this stops the publishing, and names what was found, so
that the author of a notebook learns of it instead of a reader.
"""

import re
from html.parser import HTMLParser

_ELEMENTS = {
    "applet", "base", "embed", "form", "frame", "frameset", "iframe", "object", "portal", "script",
}  # fmt: skip
_LOADING = {"src", "srcset", "poster", "background", "data", "xlink:href", "action", "formaction", "ping"}
_LINKS = {"a", "area"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_LEADING = {"http", "https", "mailto", "tel"}
_WORDS = {"alt", "title", "content", "aria-label", "class", "id"}
_META = {"viewport", "color-scheme", "generator"}
_CSS = re.compile(r"@import|expression\(|-moz-binding|behavior:|url\((?![\"']?(?:data:|#))", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)


def forbidden(body: str) -> list[str]:
    """What of `body` a browser would run, load or go to without a reader's click; empty for a good page."""
    parser = _Parser()
    parser.feed(body)
    parser.close()
    return parser.found


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in _ELEMENTS or (tag == "meta" and not _harmless(dict(attrs))):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if _acts(tag, name, value or ""):
                self.found.append(f"{tag} {name}={(value or '')[:80]}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style and (found := _loads(data)):
            self.found.append(f"style {found}")


def _acts(tag: str, name: str, value: str) -> bool:
    """Whether an attribute runs something, or makes the browser fetch or go somewhere."""
    if name.startswith("on") or name == "srcdoc":
        return True
    if name == "style" or _CSS_ESCAPE.search(value) or "url(" in value.lower():
        return name not in _WORDS and bool(_loads(value))
    address = "".join(char for char in value if char > " " and char != "\x7f")  # as browsers read it
    scheme = _SCHEME.match(address)
    if name in _LOADING or (name == "href" and tag not in _LINKS):
        return bool(address) and not address.startswith(("#", "data:"))
    if name == "href":
        return scheme is not None and scheme.group(1).lower() not in _LEADING
    return name not in _WORDS and scheme is not None and "script" in scheme.group(1).lower()


def _harmless(attributes: dict[str, str | None]) -> bool:
    """A `meta` that describes the page; one that refreshes it or sets a cookie is not."""
    if "http-equiv" in attributes:
        return (attributes["http-equiv"] or "").lower() == "content-security-policy"
    return "charset" in attributes or attributes.get("name") in _META


def _loads(css: str) -> str:
    """The part of a style that loads or runs something, escapes undone; empty for a harmless one."""
    plain = _CSS_ESCAPE.sub(lambda found: chr(min(int(found.group(1), 16), 0x10FFFF)), css)
    found = _CSS.search(re.sub(r"/\*.*?\*/", "", plain, flags=re.DOTALL))
    return found.group() if found else ""
