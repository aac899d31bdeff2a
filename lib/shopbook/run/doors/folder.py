"""A folder behind a URL over fsspec (S3, OSS, SFTP, WebDAV, a drive): its new files, which stay there."""

import datetime as dt
import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

from shopbook.run.doors.mailbox import ENDINGS
from shopbook.run.doors.parcel import DoorError, Memory, Parcel
from shopbook.run.doors.settings import Folder
from shopbook.text import tr

_SETTLED = dt.timedelta(minutes=2)


def parcels(
    door: Folder, environ: Mapping[str, str], memory: Memory, now: dt.datetime, problems: list[str]
) -> Iterator[Parcel]:
    """The files that are new or changed and no longer written, by name; folders inside are not entered."""
    place, path = _opened(door, environ)
    place.invalidate_cache()
    growing: dict[str, str] = {}
    for about in sorted(place.ls(path, detail=True), key=lambda each: str(each["name"])):
        name = str(about["name"]).rstrip("/").rsplit("/", 1)[-1]
        is_wanted = fnmatch.fnmatch(name, door.pattern) and name.lower().endswith(ENDINGS)
        id = _id(about, name)
        if about["type"] != "file" or not is_wanted or id in memory.seen:
            continue
        changed = _changed(about)
        if (changed is None or now - changed < _SETTLED) and memory.notes.get(name) != id:
            growing[name] = id  # taken when it is the same the next time, or has lain for two minutes
            continue
        if int(about.get("size") or 0) > door.most_mb * 1024 * 1024:
            text = tr(
                "{file} is larger than {most} MB and was not fetched", file=name, most=f"{door.most_mb:g}"
            )
            problems.append(text)
        else:
            yield Parcel(f"{name}/{id}", name, place.cat_file(about["name"]), changed or now)
        memory.seen[id] = now.isoformat()
        memory.save()
    if memory.notes != growing:
        memory.notes = growing
        memory.save()


def _opened(door: Folder, environ: Mapping[str, str]) -> tuple[Any, str]:
    missing = [variable for variable in door.options_env.values() if not environ.get(variable)]
    if missing:
        raise DoorError(
            "The folder {name}: the environment variable {variable} is not set.",
            name=door.name,
            variable=", ".join(missing),
        )
    secret = {option: environ[variable] for option, variable in door.options_env.items()}
    try:
        import fsspec

        place, path = fsspec.core.url_to_fs(door.url, **{**door.options, **secret}, use_listings_cache=False)
    except ImportError as error:  # fsspec says which package of the protocol is missing
        raise DoorError("The folder {name}: {reason}", name=door.name, reason=str(error)) from error
    return place, path


def _id(about: Mapping[str, Any], name: str) -> str:
    """One version of one file: another size, time or mark makes another."""
    mark = about.get("ETag") or about.get("etag") or _changed(about)
    return f"{name}|{about.get('size')}|{mark}"


def _changed(about: Mapping[str, Any]) -> dt.datetime | None:
    found = next(
        (about[key] for key in ("LastModified", "mtime", "modified", "last_modified") if key in about), None
    )
    if isinstance(found, (int, float)):
        return dt.datetime.fromtimestamp(found, dt.UTC)
    if isinstance(found, dt.datetime):
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return None
