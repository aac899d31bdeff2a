"""What `actions` does: list what is open, or note an answer."""

import datetime as dt
from typing import Any, NoReturn

from shopbook.history.answers import answers, precision
from shopbook.run.answering import known_actions, settle
from shopbook.run.command.console import Session
from shopbook.run.mail.action_sheet import word_label
from shopbook.run.site.actions import Action
from shopbook.run.site.labels import level_label, owner_label
from shopbook.text import tr


def actions(session: Session, *, shop: str, id: str, word: str, until: str) -> NoReturn:
    """Without an id the list; with one its answer."""
    if id:
        action = settle(session.home, id, word, until, dt.datetime.now(dt.UTC))
        session.say(tr("Noted: {answer} · {headline}", answer=word_label(word), headline=_headline(action)))
        session.end({"actions": [_document(action)]})
    found = known_actions(session.home, shop)
    heads = ("ID", tr("Shop"), tr("Level"), tr("What"), tr("Owner"), tr("Due"), tr("Days open"), tr("Answer"))
    session.table(tr("Actions"), heads, map(_row, found))
    given = [
        each for name in sorted({a.shop for a in found}) for each in answers(session.home, name).values()
    ]
    told = precision(given)
    for rule, (real, total) in told.items():
        session.say(
            tr("{rule}: {real} of {total} answered were no false alarm", rule=rule, real=real, total=total)
        )
    document: dict[str, Any] = {
        "actions": [_document(action) for action in found],
        "precision": {rule: {"real": real, "answered": total} for rule, (real, total) in told.items()},
    }
    session.end(document)


def _headline(action: Action) -> str:
    return str(action.finding["headline"])


def _row(action: Action) -> tuple[str, ...]:
    told = action.finding
    given = word_label(action.answer.word) if action.answer else ""
    until = f" {action.answer.until[5:]}" if action.answer and action.answer.until else ""
    owner = owner_label(told["owner"])
    return (
        action.id,
        action.shop,
        level_label(action.level),
        _headline(action),
        owner,
        told["due"][5:],
        str(action.days),
        given + until,
    )


def _document(action: Action) -> dict[str, Any]:
    told, given = action.finding, action.answer
    return {
        "id": action.id,
        "shop": action.shop,
        "date": action.day,
        "finding": told["id"],
        "scope": told["scope"],
        "level": action.level,
        "headline": told["headline"],
        "owner": told["owner"],
        "next_step": told["next_step"],
        "due": told["due"],
        "days": action.days,
        "state": given.word if given else "open",
        "until": given.until if given else "",
        "note": action.note,
    }
