"""Makes the pictures of README and docs from the newest real report: python -m shopbook.run.docs.pictures."""

import argparse
import base64
import datetime as dt
import importlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from shopbook.errors import DeliveryError, WorkbookError
from shopbook.home import PROJECT, Home, find_home
from shopbook.params import shop_settings
from shopbook.run.mail.digest import digest
from shopbook.run.mail.outbox import PREVIEW, SUITE
from shopbook.run.mail.report_mail import Envelope, report_mail
from shopbook.run.site.files import write_if_changed
from shopbook.run.site.published import Entry, entries

PHONE, DESK = 375, 820
# A picture of a page shows its beginning, not its whole length.
_HEIGHT = {PHONE: 1_500, DESK: 1_150}


@dataclass(frozen=True)
class Shot:
    """One picture: what is shown, how wide, in which colours."""

    name: str
    page: Path
    width: int
    dark: bool = False


def take(home: Home, target: Path) -> list[Path]:
    """Take every picture of the newest daily report, its mail and the index; the files that changed."""
    daily = [each for each in entries(home.reports) if each.family == "daily" and each.lead.page]
    if not daily:
        raise DeliveryError("There is no daily report to show yet; run: shopbook demo")
    entry = min((each for each in daily if each.date == daily[0].date), key=lambda each: each.shop)
    with tempfile.TemporaryDirectory(prefix="shopbook-pictures-") as folder:
        mail = Path(folder) / "mail.html"
        mail.write_text(_mail_html(home, entry), encoding="utf-8")
        return list(take_shots(list(_shots(home, entry, mail)), target))


def _shots(home: Home, entry: Entry, mail: Path) -> Iterator[Shot]:
    lead = entry.lead.page
    assert lead is not None
    yield Shot("report-phone", lead, PHONE)
    yield Shot("report", lead, DESK)
    yield Shot("report-dark", lead, DESK, dark=True)
    yield Shot("mail", mail, PHONE)
    yield Shot("index", home.reports / "index.html", DESK)
    for sheet in entry.sheets:
        if sheet.page and sheet.page != lead:
            yield Shot(f"daily-{sheet.name}", sheet.page, DESK)


def take_shots(shots: list[Shot], target: Path) -> Iterator[Path]:
    """Take `shots` into the folder `target`; the files that changed."""
    try:
        # The browser driver belongs to the development tools; operators do not need it.
        api: Any = importlib.import_module("playwright.sync_api")
    except ImportError as error:
        raise DeliveryError("Pictures need playwright; run: pip install playwright") from error
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for shot in shots:
            scheme = "dark" if shot.dark else "light"
            size = {"width": shot.width, "height": 700}
            page = browser.new_page(viewport=size, color_scheme=scheme, device_scale_factor=1.5)
            page.goto(shot.page.resolve().as_uri())
            height = min(_HEIGHT[shot.width], page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({**size, "height": height})
            file = target / f"{shot.name}.png"
            if write_if_changed(file, _few_colours(page.screenshot())):
                yield file
            page.close()
        browser.close()


def _few_colours(png: bytes) -> bytes:
    """The picture with 128 colours: a third of the size, and text looks the same."""
    from PIL import Image

    small = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(128).save(small, "PNG", optimize=True)
    return small.getvalue()


def _mail_html(home: Home, entry: Entry) -> str:
    """The HTML of the report's mail with its charts inside, as a mail program shows it."""
    settings = shop_settings(home, entry.shop)
    content = digest(entry, settings)
    if content is None:
        raise DeliveryError("There is no daily report to show yet; run: shopbook demo")
    day = dt.datetime.fromisoformat(entry.date).replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
    message = report_mail(content, settings, Envelope(SUITE, PREVIEW, day))
    part = message.get_body(("html",))
    assert isinstance(part, EmailMessage)
    html = part.get_content()
    for picture in message.walk():
        assert isinstance(picture, EmailMessage)
        if cid := picture["Content-ID"]:
            data = base64.b64encode(picture.get_content()).decode()
            html = html.replace(f"cid:{cid.strip('<>')}", f"data:image/png;base64,{data}")
    result: str = html
    return result


def main() -> int:
    """Take the pictures of a home's reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default="", help="folder that holds params/")
    parser.add_argument("--data", default="", help="folder that holds reports/")
    parser.add_argument("--out", default=str(PROJECT / "docs" / "pictures"), help="where the pictures go")
    chosen = parser.parse_args()
    try:
        changed = take(find_home(chosen.home, chosen.data), Path(chosen.out))
    except WorkbookError as error:
        print(error)
        return 1
    for path in changed:
        print(path.name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
