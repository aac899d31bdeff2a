"""Makes text from exports and from errors safe to show: no control marks, no terminal colours, no secrets."""

import os
import re
import unicodedata
from collections.abc import Mapping

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|KEY|WEBHOOK", re.IGNORECASE)
_SECRET_PAIR = re.compile(
    r"""(?ix) ( (?:access_)?(?:key|token|secret|password|passwd|sign) ["']? \s* [=:] \s* ["']? )
    [^\s&"',;}]+"""
)
_HOOK_PATH = re.compile(r"(/hook/)[\w-]{8,}")
HIDDEN = "•••"


def plain(text: object, limit: int = 0) -> str:
    """One line of readable text: control and direction marks gone, at most `limit` characters when given."""
    text = str(text)
    kept = text if text.isprintable() else "".join(_readable(char) for char in text)
    line = re.sub(r"\s+", " ", kept).strip()
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def file_name(text: str) -> str:
    """`text` as the name of a file on any machine: without the characters that some of them refuse."""
    return re.sub(r'[\\/:*?"<>|]', "_", text)


def without_ansi(text: str) -> str:
    """`text` without terminal colours and other control marks; line ends and tabs stay."""
    bare = _ANSI.sub("", text)
    return "".join(char for char in bare if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf"))


def redacted(text: str, environ: Mapping[str, str] | None = None, names: tuple[str, ...] = ()) -> str:
    """`text` without the values of secret environment variables (`names` and those named like one)."""
    environ = os.environ if environ is None else environ
    secrets = {value for name, value in environ.items() if name in names or _SECRET_NAME.search(name)}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret, HIDDEN)
    return _HOOK_PATH.sub(rf"\g<1>{HIDDEN}", _SECRET_PAIR.sub(rf"\g<1>{HIDDEN}", text))


def clipped_bytes(text: str, limit: int) -> str:
    """The longest beginning of `text` within `limit` UTF-8 bytes that splits no character, then …."""
    if len(text.encode()) <= limit:
        return text
    kept = text.encode()[: limit - len("…".encode())].decode(errors="ignore")
    # A joiner or variation sign at the end belongs to a picture that was cut away.
    return kept.rstrip("\u200d\ufe0f") + "…"


def _readable(char: str) -> str:
    category = unicodedata.category(char)
    if char == "\u200d" or char == "\ufe0f":
        return char  # they hold emoji together
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co") else char
