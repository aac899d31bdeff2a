"""SQL over the history for analysts: in-memory DuckDB, one view a kind, the files opened for reading only."""

import re
import threading
from typing import Any

import pandas as pd

from shopbook.errors import HistoryError
from shopbook.history.store import Store
from shopbook.home import find_home

_NAME = re.compile(r"[a-z_]+")


def sql(query: str, home: str = "", seconds: float = 0.0) -> pd.DataFrame:
    """The answer of a query as a frame; every kind is a table with `shop` beside its own columns.

    A query that takes longer than `seconds` is given up; 0 waits.

    Examples
    --------
    >>> sql("select shop, sum(pay_amount) as amount from shop_daily group by shop")  # doctest: +SKIP

    Raises HistoryError when duckdb is missing or the query does not hold.
    """
    duckdb = _duckdb()
    with duckdb.connect(":memory:") as connection:
        tables = _views(connection, Store(find_home(home).history), query)
        _read_only(connection)
        watch = threading.Timer(seconds, connection.interrupt)
        try:
            if seconds:
                watch.start()
            return connection.execute(query).df()
        except duckdb.Error as error:
            raise HistoryError(
                "The query does not hold: {reason}. Tables: {tables}.",
                reason=" ".join(str(error).split())[:300],
                tables=", ".join(tables) or "–",
            ) from error
        finally:
            watch.cancel()


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError as error:
        raise HistoryError("SQL needs duckdb. Install it with: pip install duckdb") from error
    return duckdb


def _views(connection: Any, store: Store, query: str) -> list[str]:
    """A table for every kind of history the query names, all shops together; returns the kinds there are."""
    kinds = sorted({kind for shop in store.shops() for kind in store.kinds(shop) if _NAME.fullmatch(kind)})
    for kind in kinds:
        if not re.search(rf"\b{kind}\b", query, re.IGNORECASE):
            continue
        # Reading through the store keeps types and rules of the history (removed columns, restated days).
        parts = [
            store.read(shop, kind).assign(shop=shop) for shop in store.shops() if kind in store.kinds(shop)
        ]
        connection.register(kind, pd.concat(parts, ignore_index=True))
    return kinds


def _read_only(connection: Any) -> None:
    """A query reads tables and nothing else: neither files nor the network."""
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
