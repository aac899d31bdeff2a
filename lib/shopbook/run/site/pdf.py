"""A page as PDF through a Chromium that is on this machine; without one, a message that says so."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from shopbook.errors import DeliveryError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
_QUIET = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
)


def chromium(environ: Mapping[str, str] | None = None) -> Path:
    """The Chromium, Chrome or Edge of this machine: $SHOPBOOK_CHROMIUM, the search path, Windows' folders."""
    environ = os.environ if environ is None else environ
    if chosen := environ.get("SHOPBOOK_CHROMIUM", ""):
        if Path(chosen).is_file():
            return Path(chosen)
        raise DeliveryError("SHOPBOOK_CHROMIUM is {found!r}, but there is no such file.", found=chosen)
    folders = [environ[name] for name in ("PROGRAMFILES", "PROGRAMFILES(X86)") if name in environ]
    for found in (shutil.which(name, path=environ.get("PATH")) for name in _NAMES):
        if found:
            return Path(found)
    for place in (Path(folder) / name for folder in folders for name in _WINDOWS):
        if place.is_file():
            return place
    raise DeliveryError(
        "A PDF needs Chromium, Chrome or Edge, and none was found. Install one, or name it in "
        "SHOPBOOK_CHROMIUM; or open the page in any browser and print it as PDF."
    )


def page_pdf(
    page: Path, target: Path, environ: Mapping[str, str] | None = None, timeout: float = 120
) -> Path:
    """Print a report page to `target` as PDF; the PDF there before stays when this fails."""
    program = chromium(environ)
    if not page.is_file():
        raise DeliveryError("There is no page {file}.", file=page)
    with tempfile.TemporaryDirectory(prefix="shopbook-pdf-", ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "page.pdf"
        command = [str(program), *_QUIET, *_sandbox(), f"--user-data-dir={folder}/profile"]
        command += ["--no-pdf-header-footer", f"--print-to-pdf={made}", page.resolve().as_uri()]
        try:
            ran = subprocess.run(command, capture_output=True, timeout=timeout, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(page, type(error).__name__) from error
        if not made.is_file() or made.read_bytes()[:5] != b"%PDF-":
            lines = ran.stderr.decode(errors="replace").strip().splitlines() or [f"exit {ran.returncode}"]
            raise _failed(page, lines[-1][:200])
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.tmp")
        shutil.copyfile(made, partial)
        partial.replace(target)
    return target


def _failed(page: Path, reason: str) -> DeliveryError:
    return DeliveryError("{file} could not be printed as PDF: {reason}", file=page.name, reason=reason)


def _sandbox() -> tuple[str, ...]:
    # Chromium refuses to start as root with its sandbox, and containers run as root.
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
