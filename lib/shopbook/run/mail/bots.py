"""Sends a report's three lines to chat groups; a refusal dressed as HTTP 200 is a failure."""

import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import requests
import tenacity
from filelock import FileLock

from shopbook.errors import DeliveryError
from shopbook.home import Home
from shopbook.params import Bot, ShopSettings
from shopbook.run.mail import outbox_ledger as book
from shopbook.run.mail.bots_message import payload, refusal, signed
from shopbook.run.mail.digest import Digest, digest
from shopbook.run.mail.mail_text import plain, redacted
from shopbook.run.mail.outbox import ATTEMPTS, Delivery, Sending
from shopbook.run.mail.outbox_ledger import Ledger, Step, record_of
from shopbook.run.site.published import Entry
from shopbook.text import speaking, tr

TIMEOUT = 15.0
# Messages a group robot takes in a minute; above it WeCom drops them, DingTalk mutes the robot for a while.
PER_MINUTE = 20
_BUSY = {"wecom": {45009, -1}, "dingtalk": {-1, 130101, 660026, 410100}, "feishu": {9499, 11232, 11247}}
_PLACES = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/",
}


class Refused(Exception):
    """The chat program surely did not take the message; `busy` when it may later."""

    def __init__(self, reason: str, busy: bool = False) -> None:
        super().__init__(reason)
        self.busy = busy


class Lost(Exception):
    """The message went out and no answer came back."""


@dataclass
class Pace:
    """Keeps each robot under its messages a minute; `now` and `sleep` are set in tests."""

    now: Callable[[], float]
    sleep: Callable[[float], None]
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, robot: str) -> None:
        """Wait until `robot` may send again, and count this message."""
        times = self._sent.setdefault(robot, deque(maxlen=PER_MINUTE))
        if len(times) == PER_MINUTE and (left := 60 - (self.now() - times[0])) > 0:
            self.sleep(left)
        times.append(self.now())


def post_report(
    home: Home,
    entry: Entry,
    settings: ShopSettings,
    sending: Sending | None = None,
    pace: Pace | None = None,
) -> list[Delivery]:
    """Send one report to the shop's chat groups: each report version once.

    Whoever sends several reports hands the same `pace` to all of them.
    """
    sending = sending or Sending()
    pace = pace or Pace(time.time, sending.sleep)
    folder = home.outbox / entry.shop
    folder.mkdir(parents=True, exist_ok=True)
    with speaking(settings.lang), FileLock(folder / ".lock"):
        content = digest(entry, settings)
        ledger = Ledger(record_of(home, entry.shop))
        return [_post_to(bot, content, ledger, sending, pace) for bot in settings.bots if content]


def _post_to(bot: Bot, content: Digest, ledger: Ledger, sending: Sending, pace: Pace) -> Delivery:
    entry, name = content.entry, f"{bot.kind}:{bot.url_env}"
    report = "/".join(filter(None, (entry.date, entry.family, entry.campaign)))
    step = Step(f"{report}/{name}", content.version, book.OPEN, name)

    def result(state: str, detail: str = "") -> Delivery:
        return Delivery(entry.shop, name, state, detail, report=report)

    done = ledger.step(step.key, step.version)
    if done and done.state == book.SENT:
        return result("already", tr("this version was sent before"))
    if done and done.is_uncertain and not sending.again(done):
        return replace(result("uncertain", _unknown(done)), id=done.id)
    try:
        address, secret = _address(bot, sending.environ)
    except DeliveryError as error:
        return result("failed", str(error))
    if sending.dry_run:
        return result("planned", content.subject_line)
    state, detail = _send(bot, content, (address, secret), _Way(ledger, step, sending, pace))
    if state == book.UNCERTAIN:
        return replace(result(state, _unknown(replace(step, detail=detail))), id=step.id)
    return result(state, detail)


@dataclass(frozen=True)
class _Way:
    """How one message travels: its line in the ledger, the clock, the pace."""

    ledger: Ledger
    step: Step
    sending: Sending
    pace: Pace

    def note(self, state: str, detail: str = "") -> None:
        self.ledger.add(replace(self.step, state=state, detail=detail), self.sending.now.isoformat())


def _send(bot: Bot, content: Digest, place: tuple[str, str], way: _Way) -> tuple[str, str]:
    def attempt() -> None:
        way.pace.wait(place[0])
        way.note(book.DOT)
        _post(bot.kind, place, content, int(way.pace.now()))

    retry = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential(multiplier=2, max=60),
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, Refused) and error.busy),
        sleep=way.sending.sleep,
        reraise=True,
    )
    secrets = (bot.url_env, bot.secret_env)
    try:
        retry(attempt)
    except Refused as error:
        state, detail = book.FAILED, redacted(str(error), way.sending.environ, secrets)
    except Lost as error:
        state, detail = book.UNCERTAIN, redacted(str(error), way.sending.environ, secrets)
    else:
        state, detail = book.SENT, ""
    way.note(state, detail)
    return state, detail


def _post(kind: str, place: tuple[str, str], content: Digest, seconds: int) -> None:
    """One request. Its errors carry no address: the address is the key."""
    address, secret = place
    query, extra = signed(kind, secret, seconds)
    try:
        answer = requests.post(
            address,
            params=query,
            json={**extra, **payload(kind, content)},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except (requests.ConnectTimeout, requests.exceptions.SSLError):
        raise Refused(tr("{host} cannot be reached", host=urlsplit(address).hostname), busy=True) from None
    except requests.ConnectionError as error:
        if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
            text = tr("{host} cannot be reached", host=urlsplit(address).hostname)
            raise Refused(text, busy=True) from None
        raise Lost(tr("the connection closed before the answer")) from None
    except requests.RequestException:
        raise Lost(tr("no answer in time")) from None
    _judge(kind, answer)


def _judge(kind: str, answer: requests.Response) -> None:
    """Whether the chat program took the message."""
    if answer.status_code != 200:
        text = tr("the chat program answered HTTP {code}", code=answer.status_code)
        raise Refused(text, busy=answer.status_code in (429, 502, 503))
    try:
        found = answer.json()
    except ValueError:
        found = {}
    if not isinstance(found, dict) or not found:
        raise Refused(
            tr("the chat program's answer is not understood: {found}", found=plain(answer.text, 80))
        )
    if problem := refusal(kind, found):
        code, text = problem
        reason = tr("the chat program refused with code {code}: {reason}", code=code, reason=text)
        raise Refused(reason, busy=code in _BUSY[kind])


def _address(bot: Bot, environ: Mapping[str, str]) -> tuple[str, str]:
    """The webhook and its secret from the environment; a bare key is completed to the program's address."""
    value = environ.get(bot.url_env, "").strip()
    secret = environ.get(bot.secret_env, "").strip() if bot.secret_env else ""
    missing = bot.url_env if not value else bot.secret_env if bot.secret_env and not secret else ""
    if missing:
        raise DeliveryError(
            "{kind}: the environment variable {name} is not set.", kind=bot.kind, name=missing
        )
    address = value if "://" in value else _PLACES[bot.kind] + value
    parts = urlsplit(address)
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if re.search(r"\s", address) or not (parts.scheme == "https" or here):
        raise DeliveryError(
            "{kind}: {name} holds neither an https address nor a key.", kind=bot.kind, name=bot.url_env
        )
    return address, secret


def _unknown(step: Step) -> str:
    return tr(
        "nobody knows whether it arrived ({reason}); look into the group, then: shopbook mail --confirm "
        "{id} (it did) or --resend {id} (it did not)",
        reason=step.detail or tr("the run ended before the server answered"),
        id=step.id,
    )
