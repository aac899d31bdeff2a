"""The drop folder: every file of data/inbox/<shop>/ into the history, or a reason beside it."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from shopbook.history.outcome import Ingested, Said, failed
from shopbook.history.readers import Job, Readers
from shopbook.history.shop_intake import ShopIntake
from shopbook.history.typed import is_typed, nothing_filled_in, unfold, unfold_waiting
from shopbook.history.waiting import no_file, waiting
from shopbook.home import Home
from shopbook.read import Preview
from shopbook.read.mapping import OwnLayout
from shopbook.read.preview import preview
from shopbook.read.spec import OfShop

NOTHING_SAID = Said()
__all__ = ["NOTHING_SAID", "Ingested", "Said", "ingest"]


def ingest(
    home: Home,
    *,
    shop: str = "",
    files: Iterable[Path | str] = (),
    today: dt.date,
    said: Said = NOTHING_SAID,
    now: dt.datetime | None = None,
    seen: Callable[[int, int], None] | None = None,
) -> list[Ingested]:
    """Take in the files of the inbox (of `shop`, else of every shop) or `files`; refusals touch no history.

    An accepted file of the inbox moves to data/raw/<shop>/, one from elsewhere is copied there. The ledger
    carries `now`; `seen` is told how many files are read, and of how many. What goes wrong with one shop is
    told for that shop and stops no other.
    """
    found = waiting(home, shop, [Path(file) for file in files])
    stamp = now.isoformat(timespec="seconds") if now else today.isoformat()
    found.odd += unfold_waiting(home, found.shops, stamp)
    done = [Ingested(odd.file, odd.shop, "", "refused", problems=(odd.problem,)) for odd in found.odd]
    total = sum(map(len, found.shops.values()))
    with Readers(lambda count: seen(count, total) if seen else None) as readers:
        for each, paths in sorted(found.shops.items()):
            intake = ShopIntake(home, each, today, said, stamp, readers)
            try:
                intake.take(paths)
            except Exception as error:
                intake.done += [
                    Ingested(path.name, each, "", "refused", problems=(failed(error),))
                    for path in intake.left(paths)
                ]
            done += intake.done
    return done


def check(files: Sequence[Path], *, today: dt.date, own_layouts: tuple[OwnLayout, ...] = ()) -> list[Preview]:
    """What each file is, lacks and would lose, with the mappings of a home; changes nothing."""
    problems = {path: no_file(path, follow=True) for path in files}
    about = {"today": today, "shop": OfShop(own_layouts=own_layouts)}
    with Readers() as readers, tempfile.TemporaryDirectory() as folder:
        for sheet in [path for path in files if problems[path] is None and is_typed(path)]:
            parts = unfold(sheet, Path(folder))
            files = [other for path in files for other in ((parts or [path]) if path == sheet else [path])]
            problems[sheet] = None if parts else nothing_filled_in()
        good = [path for path in files if problems.get(path) is None]
        answers = dict(zip(good, readers.read([Job(path, about) for path in good]), strict=True))
    told = {path: (problem,) for path, problem in problems.items() if problem is not None}
    return [preview(path.name, {**told, **answers}[path]) for path in files]
