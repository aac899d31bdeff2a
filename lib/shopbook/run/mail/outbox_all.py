"""Everything a run has to tell: mail to readers, messages to chat groups, failed notebooks to the owner."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from shopbook.errors import WorkbookError
from shopbook.home import Home
from shopbook.params import ShopSettings, shop_settings
from shopbook.run.mail.bots import Pace, post_report
from shopbook.run.mail.mail_error import Failure, failure_of, report_failure
from shopbook.run.mail.outbox import Delivery, Sending, deliver
from shopbook.run.site.published import Entry, Sheet


def deliver_all(home: Home, wanted: Iterable[Entry], sending: Sending) -> list[Delivery]:
    """Deliver reports; a shop whose settings or mail do not hold is named, and the others go on."""
    pace = Pace(time.time, sending.sleep)
    found: dict[Delivery, None] = {}  # a mail of unknown fate is named once, however many reports go out
    for entry in wanted:
        try:
            settings = shop_settings(home, entry.shop)
            found |= dict.fromkeys(deliver(home, entry, settings, sending))
            found |= dict.fromkeys(post_report(home, entry, settings, sending, pace))
            found |= dict.fromkeys(_tell_failures(home, entry, settings, sending))
        except WorkbookError as error:
            found[Delivery(entry.shop, "-", "failed", str(error))] = None
    return list(found)


def _tell_failures(home: Home, entry: Entry, settings: ShopSettings, sending: Sending) -> Iterator[Delivery]:
    for sheet in entry.sheets:
        if sheet.status == "failed":
            yield report_failure(home, settings, _failure(entry, sheet), sending)


def _failure(entry: Entry, sheet: Sheet) -> Failure:
    """What is known about a failed notebook: run.json's error, and its kept copy with the traceback."""
    failure = Failure(
        shop=entry.shop,
        date=entry.date,
        notebook=f"{entry.family}/{sheet.name}",
        error=sheet.error,
        campaign=entry.campaign,
        kept=entry.date[5:] if sheet.page else "",
    )
    executed = _kept_notebook(entry.folder / ".failed" / f"{sheet.name}.ipynb")
    return failure_of(executed, failure) if executed else failure


def _kept_notebook(path: Path) -> nbformat.NotebookNode | None:
    try:
        result: nbformat.NotebookNode | None = nbformat.read(path, as_version=4)
        return result
    except (OSError, ValueError, nbformat.ValidationError):
        return None
