"""Exports of several shops at once: a process a shop, since shops share no file of the history."""

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from shopbook import days
from shopbook.errors import WorkbookError
from shopbook.history.inbox import Ingested, ingest
from shopbook.home import Home
from shopbook.params import shop_settings
from shopbook.text import language, set_language

Made = TypeVar("Made")
# Starting a process costs about as much as reading this many files.
FEW_FILES = 100


def demo_shops(home: Home, *, shops: int, days: int, today: dt.date) -> list[Ingested]:
    """The exports of the demo shops, written and taken in."""
    from shopbook.demo import shop_ids  # a morning makes none

    taken = _by_shop(partial(_demo_shop, home, days, today, language()), shop_ids(shops))
    return [each for rows in taken for each in rows]


def take_in(
    home: Home, files: Mapping[str, Sequence[Path]], now: dt.datetime
) -> dict[str, list[Ingested] | str]:
    """These files of each shop; for a shop that cannot be taken in (its file is broken) the reason."""
    work = partial(_take_shop, home, now, language(), dict(files))
    if sum(map(len, files.values())) < FEW_FILES:
        return {shop: work(shop) for shop in files}
    return dict(zip(files, _by_shop(work, list(files)), strict=True))


def _take_shop(
    home: Home, now: dt.datetime, lang: str, files: Mapping[str, Sequence[Path]], shop: str
) -> list[Ingested] | str:
    set_language(lang)
    try:
        today = days.today(shop_settings(home, shop).timezone, now)
        return ingest(home, shop=shop, files=files[shop], today=today, now=now)
    except WorkbookError as error:
        return str(error)
    except Exception as error:  # one shop's trouble is a line, the other shops go on
        return f"{type(error).__name__}: {error}"


def _demo_shop(home: Home, days: int, today: dt.date, lang: str, shop: str) -> list[Ingested]:
    from shopbook.demo import generate_shop

    generate_shop(home.inbox, shop, days=days)
    set_language(lang)
    return ingest(home, shop=shop, today=today)


def _by_shop(work: Callable[[str], Made], shops: Sequence[str]) -> list[Made]:
    """`work` for every shop, one process each up to the number of cores."""
    if len(shops) == 1:
        return [work(shops[0])]
    workers = min(len(shops), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, shops))
