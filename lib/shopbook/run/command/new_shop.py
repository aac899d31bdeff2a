"""What `new-shop` does: a shop's file, its drop folder and, if asked, the hour of its morning."""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from shopbook.days import parse_time
from shopbook.errors import ParamsError
from shopbook.history.store import is_shop_id
from shopbook.home import Home
from shopbook.params import shop_settings
from shopbook.run.command.console import Session
from shopbook.run.mail.outbox import is_address
from shopbook.run.manifest import write_whole
from shopbook.text import tr

_TEMPLATE = Path(__file__).parent / "templates" / "shop.yaml"
_CRON = re.compile(r'(cron:\s*")\d+ \d+( \* \* \*")')


@dataclass(frozen=True)
class Wanted:
    """A shop as asked for; an empty text is asked, or keeps its default where nobody can answer."""

    name: str = ""
    category: str = ""
    recipients: Sequence[str] = ()
    platform: str = "tmall"
    timezone: str = "Asia/Shanghai"
    at: str = ""


def new_shop(session: Session, shop: str, wanted: Wanted) -> NoReturn:
    """Write params/shops/<shop>.yaml, make data/inbox/<shop>/ and say what comes next."""
    home = session.home
    if not is_shop_id(shop):
        raise ParamsError(
            "{found!r} cannot name a shop.\n  What to do: use letters, digits, Chinese characters, - and _.",
            found=shop,
        )
    path = home.root / "params" / "shops" / f"{shop}.yaml"
    if path.exists():
        raise ParamsError("{file} is already there; edit it, or choose another id.", file=path)
    filled = wanted if session.as_json or not sys.stdin.isatty() else _asked(shop, wanted)
    addresses = [each.strip() for text in filled.recipients for each in text.split(",") if each.strip()]
    for address in addresses:
        if not is_address(address.split(":")[0]):
            raise ParamsError("{found!r} is no mail address.", found=address)
    schedule = _reschedule(home, filled.at) if filled.at else None
    write_whole(path, _text(session, shop, filled, addresses).encode())
    try:
        shop_settings(home, shop)
    except ParamsError:
        path.unlink()
        raise
    inbox = home.inbox / shop
    inbox.mkdir(parents=True, exist_ok=True)
    session.say(tr("Wrote {file}", file=path))
    session.say(tr("Put the shop's exports into {folder}; then: shopbook due", folder=inbox))
    session.say(tr("For a report every morning add the line that `shopbook schedule` prints."))
    session.end({"file": path, "inbox": inbox, "schedule": schedule})


def _asked(shop: str, wanted: Wanted) -> Wanted:
    """What no option said, asked on the screen; Enter leaves it out."""

    def ask(text: str, known: str) -> str:
        return known or str(typer.prompt(text, default="", show_default=False))

    recipients = wanted.recipients or (ask(tr("Who gets the mail (addresses, comma between them)"), ""),)
    return Wanted(
        name=ask(tr("Name of the shop"), wanted.name),
        category=ask(tr("Category, as the market export writes it"), wanted.category),
        recipients=recipients,
        platform=wanted.platform,
        timezone=wanted.timezone,
        at=wanted.at,
    )


def _text(session: Session, shop: str, wanted: Wanted, addresses: Sequence[str]) -> str:
    """The file; every value is written as JSON, which YAML reads as the same text whatever stands in it."""

    def quoted(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    people = []
    for each in addresses:
        address, _, roles = each.partition(":")
        people.append({"address": address, **({"roles": roles.split("+")} if roles else {})})
    values = {
        "SHOP": shop,
        "NAME": quoted(wanted.name or shop),
        "PLATFORM": quoted(wanted.platform),
        "CATEGORY": quoted(wanted.category),
        "LANG": session.lang or "zh",
        "TIMEZONE": quoted(wanted.timezone),
        "OWNER": quoted(people[0]["address"] if people else ""),
        "RECIPIENTS": "\n  - ".join(["", *map(quoted, people)]) if people else "[]",
    }
    return re.sub(
        r"\b(?:" + "|".join(values) + r")\b", lambda m: values[m[0]], _TEMPLATE.read_text(encoding="utf-8")
    )


def _reschedule(home: Home, at: str) -> Path:
    """The daily report of this home at `at`, its deadline two hours later."""
    time = parse_time(at, "--at")
    source, path = home.params("daily.yaml"), home.root / "params" / "daily.yaml"
    text = _CRON.sub(rf"\g<1>{time.minute} {time.hour}\g<2>", source.read_text(encoding="utf-8"))
    text = re.sub(
        r'(deadline:\s*")[\d:]+(")', rf"\g<1>{min(time.hour + 2, 23):02d}:{time.minute:02d}\g<2>", text
    )
    write_whole(path, text.encode())
    return path
