"""params/sources.yaml: the doors of a home. Passwords and keys stand in environment variables only."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.kinds import kinds
from shopbook.param_files import checked, values_of
from shopbook.params import Address, Strict

_SECRET = re.compile(r"pass|secret|token|key|credential", re.IGNORECASE)
_USER_AND_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")
# What may be listed and read; a web page is no folder, and nothing here reads one.
PROTOCOLS = ("file", "s3", "oss", "gcs", "abfs", "sftp", "ssh", "ftp", "smb", "webdav", "memory")
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,40}$")]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Door(Strict):
    """What every door has: a name to be told by, and the shop its files belong to."""

    name: Name
    shop: Annotated[str, Field(min_length=1)]


class Mailbox(Door):
    """Attachments that known people send to a mailbox."""

    host: str
    user: str
    password_env: Variable
    senders: tuple[Address, ...] = Field(min_length=1)
    port: int = 993
    folder: str = "INBOX"
    most_mb: float = Field(25, gt=0, le=256)
    days: int = Field(14, ge=1, le=90)


class Folder(Door):
    """The files of one folder behind a URL."""

    url: str
    pattern: str = "*"
    options: dict[str, Any] = Field(default_factory=dict)
    options_env: dict[str, Variable] = Field(default_factory=dict, description="option -> variable")
    most_mb: float = Field(256, gt=0, le=1024)

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: str) -> str:
        protocol = url.partition("://")[0] if "://" in url else ""
        if protocol not in PROTOCOLS:
            raise ValueError(f"{protocol or url!r} is none of {', '.join(PROTOCOLS)}")
        return url


class Query(Door):
    """What a SELECT gives, as an export of `kind`; `columns` says which column of it each one is."""

    url: str
    kind: str
    sql: str
    columns: dict[str, str] = Field(min_length=1)
    password_env: Variable | None = None
    days: int = Field(7, ge=1, le=400, description=":since is so many days before today")
    every_minutes: int = Field(30, ge=1)
    most_rows: int = Field(300_000, ge=1)

    @field_validator("sql")
    @classmethod
    def _only_reads(cls, sql: str) -> str:
        if not re.match(r"\s*(select|with)\b", sql, re.IGNORECASE) or ";" in sql.rstrip().rstrip(";"):
            raise ValueError("must be one SELECT")
        return sql.rstrip().rstrip(";")

    @model_validator(mode="after")
    def _columns_of_the_kind(self) -> "Query":
        if self.kind not in kinds():
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(kinds())}")
        return self


class Doors(Strict):
    """All of them."""

    mailboxes: tuple[Mailbox, ...] = ()
    folders: tuple[Folder, ...] = ()
    queries: tuple[Query, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> "Doors":
        doors: tuple[Door, ...] = (*self.mailboxes, *self.folders, *self.queries)
        names = [door.name for door in doors]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two doors are named {', '.join(twice)}")
        return self


def doors_of(home: Home) -> Doors:
    """The doors of a home; none without params/sources.yaml."""
    path = home.root / "params" / "sources.yaml"
    if not path.is_file():
        return Doors()
    values = values_of(path)
    for place in _secrets_in(values):  # before anything could quote them
        raise ParamsError(
            "{file}: {place} holds a password or a key. Put it into an environment variable and name that "
            "(password_env, options_env).",
            file=path.name,
            place=place,
        )
    return checked(Doors, values, path)


def _secrets_in(values: Any, place: str = "") -> Iterator[str]:
    """Where something secret was written down."""
    if isinstance(values, dict):
        for name, value in values.items():
            where = f"{place}.{name}".lstrip(".")
            is_named = isinstance(name, str) and _SECRET.search(name) and not name.endswith("_env")
            if is_named and not place.endswith("options_env") and not isinstance(value, (dict, list)):
                yield where
            yield from _secrets_in(value, where)
    elif isinstance(values, list):
        for at, value in enumerate(values):
            yield from _secrets_in(value, f"{place}.{at}")
    elif isinstance(values, str) and _USER_AND_PASSWORD.search(values):
        yield place
