"""The chat message of a report: three lines and a link, in the form and size each chat program takes."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from shopbook.columns import columns, label
from shopbook.run.mail.digest import Digest
from shopbook.run.mail.mail_text import clipped_bytes, plain
from shopbook.run.site.labels import family_label, level_label, owner_label
from shopbook.text import speaking, tr
from shopbook.units import change, figure

# Bytes of the text itself; the whole request may be some more.
LIMITS = {"wecom": 4_096, "dingtalk": 18_000, "feishu": 18_000}
_LINE = 150
# Marks that would become links, mentions or formatting; their full-width twins look alike and do nothing.
_TWINS = str.maketrans("<>[]()*_`#~@|\\", "＜＞［］（）＊＿｀＃～＠｜＼")


def lines(digest: Digest) -> list[str]:
    """What stands in the message: the report and its headline, the first action, the state of the data."""
    entry = digest.entry
    with speaking(digest.lang):
        tags = [
            f"{family_label(entry.family)} {entry.date[5:]}",
            *([tr("data incomplete")] if digest.blocking else []),
        ]
        title = f"{digest.shop_name} {''.join(f'【{tag}】' for tag in tags)}"
        return [
            f"{harmless(title)} {harmless(digest.headline)}",
            harmless(_first_thing(digest)),
            harmless(_data_line(digest)),
        ]


def harmless(text: str) -> str:
    """`text` on one line, without the power to mention people, link or format."""
    return plain(re.sub(r"https?://", "", text), _LINE).translate(_TWINS)


def payload(kind: str, digest: Digest) -> dict[str, Any]:
    """The JSON body for a WeCom, DingTalk or Feishu group robot."""
    parts = lines(digest)
    with speaking(digest.lang):
        invite = tr("Open the full report")
    link = f"[{invite}]({digest.link})" if digest.link else ""
    if kind == "feishu":
        return {"msg_type": "interactive", "card": _card(parts, invite, digest)}
    text = _fitting(["**" + parts[0] + "**", *parts[1:]], link, LIMITS[kind])
    if kind == "wecom":
        return {"msgtype": "markdown", "markdown": {"content": text}}
    return {"msgtype": "markdown", "markdown": {"title": clipped_bytes(parts[0], 120), "text": text}}


def signed(kind: str, secret: str, seconds: int) -> tuple[dict[str, str], dict[str, str]]:
    """The signature of a message sent at `seconds` (Unix time): (query parameters, body fields)."""
    if not secret or kind == "wecom":
        return {}, {}
    if kind == "dingtalk":
        stamp = str(seconds * 1000)
        return {"timestamp": stamp, "sign": _hmac(secret, f"{stamp}\n{secret}")}, {}
    # Feishu signs nothing with a key made of time and secret.
    stamp = str(seconds)
    return {}, {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{secret}", "")}


def refusal(kind: str, answer: Mapping[str, Any]) -> tuple[int, str] | None:
    """(code, message) when an answer of HTTP 200 is a refusal; None when the message was taken."""
    names = ("code", "StatusCode") if kind == "feishu" else ("errcode",)
    code = next((answer[name] for name in names if name in answer), None)
    if code == 0:
        return None
    text = str(answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage") or json.dumps(answer))
    return (code if isinstance(code, int) else -1), plain(text, 200)


def _first_thing(digest: Digest) -> str:
    if not digest.actions:
        watch = [finding for finding in digest.findings if finding["level"] == "watch"]
        return f"{level_label('watch')}: {watch[0]['headline']}" if watch else tr("Nothing to act on.")
    first = digest.actions[0]
    who = f"{owner_label(first['owner'])} {first['due'][5:]}".strip()
    step = first.get("next_step") or first["headline"]
    more = len(digest.actions) - 1
    rest = f" {tr('(+{count} more to act on)', count=more)}" if more else ""
    return f"{level_label('act')} · {who}: {plain(step, 90)}{rest}"


def _data_line(digest: Digest) -> str:
    """Key figures; the first warning instead when the data is not whole."""
    serious = [w["text"] for w in digest.warnings if w["level"] != "info"]
    if digest.blocking or (serious and not digest.figures):
        return f"⚠ {serious[0]}"
    shown = []
    for row in digest.figures[:3]:
        known = columns().get(row["metric"])
        value = figure(row.get("value"), known.unit if known else "")
        shown.append(f"{label(row['metric'])} {value} {change(row.get('change'))}")
    note = f" · ⚠ {tr('{count} data warnings', count=len(serious))}" if serious else ""
    return "，".join(shown) + note if shown else tr("No key figures.")


def _fitting(parts: list[str], link: str, limit: int) -> str:
    """The lines within `limit` bytes; the link is never cut."""
    end = f"\n\n{link}" if link else ""
    return clipped_bytes("\n\n".join(parts), limit - len(end.encode())) + end


def _card(parts: list[str], invite: str, digest: Digest) -> dict[str, Any]:
    color = "red" if digest.blocking else "orange" if digest.actions else "blue"
    elements: list[dict[str, Any]] = [
        {"tag": "div", "text": {"tag": "plain_text", "content": clipped_bytes(part, LIMITS["feishu"] // 3)}}
        for part in parts[1:]
    ]
    if digest.link:
        button = {"tag": "button", "type": "primary", "url": digest.link}
        elements.append(
            {"tag": "action", "actions": [{**button, "text": {"tag": "plain_text", "content": invite}}]}
        )
    title = {"tag": "plain_text", "content": clipped_bytes(parts[0], 600)}
    return {
        "config": {"wide_screen_mode": True},
        "header": {"title": title, "template": color},
        "elements": elements,
    }


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
