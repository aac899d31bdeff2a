"""A query of a database: what a SELECT gives, as a file of one kind. The session cannot write."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shopbook.columns import columns
from shopbook.kinds import kinds
from shopbook.run.doors.parcel import DoorError, Memory, Parcel
from shopbook.run.doors.settings import Query
from shopbook.text import tr


def parcels(
    door: Query, environ: Mapping[str, str], memory: Memory, now: dt.datetime, problems: list[str]
) -> Iterator[Parcel]:
    """The rows as a CSV when they are other than the last time, asked at most every so many minutes."""
    asked = memory.notes.get("asked")
    if asked and now - dt.datetime.fromisoformat(asked) < dt.timedelta(minutes=door.every_minutes):
        return
    names, rows = _answer(door, environ, now)
    memory.notes["asked"] = now.isoformat()
    if len(rows) > door.most_rows:
        problems.append(
            tr("the query gives more than {most} rows; nothing was taken in", most=door.most_rows)
        )
    elif rows:
        content = _as_csv(door, names, rows)
        id = hashlib.sha256(content).hexdigest()
        if id not in memory.seen:
            zh = kinds()[door.kind].zh
            yield Parcel(id, f"{zh}_{door.name}_{now:%Y%m%d_%H%M%S}.csv", content, now)
            memory.seen = {id: now.isoformat()}
    memory.save()


def _answer(door: Query, environ: Mapping[str, str], now: dt.datetime) -> tuple[list[str], Sequence[Any]]:
    try:
        import sqlalchemy
    except ImportError as error:
        raise DoorError(
            "The query {name} needs the extra remote: pip install shopbook[remote]", name=door.name
        ) from error
    url = sqlalchemy.make_url(door.url)
    if door.password_env:
        if not environ.get(door.password_env):
            raise DoorError(
                "The query {name}: the environment variable {variable} is not set.",
                name=door.name,
                variable=door.password_env,
            )
        url = url.set(password=environ[door.password_env])
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    given = {"since": (now - dt.timedelta(days=door.days)).date().isoformat()}
    with engine.connect() as connection:
        for statement in _READ_ONLY.get(engine.dialect.name, ()):
            connection.exec_driver_sql(statement)
        used = {name: value for name, value in given.items() if f":{name}" in door.sql}
        found = connection.execute(sqlalchemy.text(door.sql), used)
        return list(found.keys()), found.fetchmany(door.most_rows + 1)


# How a session of each database is told that it may not write. Give the door a user who cannot, as well.
_READ_ONLY = {
    "sqlite": ("PRAGMA query_only = ON",),
    "postgresql": ("SET TRANSACTION READ ONLY",),
    "mysql": ("SET TRANSACTION READ ONLY",),
    "mariadb": ("SET TRANSACTION READ ONLY",),
}


def _as_csv(door: Query, names: Sequence[str], rows: Sequence[Any]) -> bytes:
    """The rows under the headers an export of the kind has; columns nobody named are left out."""
    lacking = sorted(set(door.columns) - set(names))
    if lacking:
        raise DoorError(
            "The query {name} gives no column {lacking}; it gives {found}.",
            name=door.name,
            lacking=", ".join(lacking),
            found=", ".join(names),
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_header(door.columns[name]) for name in door.columns])
    places = [list(names).index(name) for name in door.columns]
    writer.writerows([["" if row[at] is None else row[at] for at in places] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _header(name: str) -> str:
    return columns()[name].zh if name in columns() else name
