"""A chat group is told once, and only what it surely took counts as told."""

import pytest
import requests

from published import home_at, report, shelve
from shopbook.errors import DeliveryError
from shopbook.params import Bot, ShopSettings
from shopbook.run.mail import bots
from shopbook.run.mail.outbox import Sending
from shopbook.run.site.published import entry_at
from shopbook.text import speaking

GOOD = {"wecom": {"errcode": 0}, "dingtalk": {"errcode": 0, "errmsg": "ok"}, "feishu": {"code": 0}}
KEYS = {"URL": "https://bot.test/hook", "SECRET": "s3cret"}


class Answer:
    """What a chat program answers."""

    def __init__(self, body: object, code: int = 200) -> None:
        self.status_code, self.body, self.text = code, body, str(body)

    def json(self) -> object:
        if isinstance(self.body, str):
            raise ValueError
        return self.body


@pytest.fixture
def home(tmp_path):
    home = home_at(tmp_path)
    shelve(home, report())
    return home


def tell(home, monkeypatch, answers, kind="wecom", **options):
    """Post the report; every request takes the next of `answers`. Returns the deliveries and the requests."""
    asked, left = [], list(answers)

    def post(address, **request):
        asked.append((address, request))
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(requests, "post", post)
    settings = ShopSettings(id="demo", bots=(Bot(kind=kind, url_env="URL", secret_env="SECRET"),))
    sending = Sending(environ=KEYS, sleep=lambda _: None, **options)
    entry = entry_at(home.reports, "demo", "2026-11-20", "daily")
    return bots.post_report(home, entry, settings, sending), asked


@pytest.mark.parametrize("kind", GOOD)
def test_a_group_is_told_once_a_version(home, monkeypatch, kind):
    [first], asked = tell(home, monkeypatch, [Answer(GOOD[kind])], kind)
    assert first.state == "sent"
    assert asked[0][0] == "https://bot.test/hook"
    assert asked[0][1]["allow_redirects"] is False
    [again], asked = tell(home, monkeypatch, [], kind)
    assert (again.state, asked) == ("already", [])


def test_a_dry_run_asks_nobody(home, monkeypatch):
    [found], asked = tell(home, monkeypatch, [], dry_run=True)
    assert (found.state, asked) == ("planned", [])


@pytest.mark.parametrize(
    "answer",
    [Answer({"errcode": 93000, "errmsg": "invalid webhook"}), Answer({}), Answer("<html>"), Answer({}, 404)],
    ids=["refused", "nothing", "a page", "not found"],
)
def test_a_refusal_dressed_as_an_answer_is_a_failure_and_is_not_tried_again(home, monkeypatch, answer):
    [found], asked = tell(home, monkeypatch, [answer])
    assert (found.state, len(asked)) == ("failed", 1)
    assert "s3cret" not in found.detail


@pytest.mark.parametrize(
    "busy", [Answer({"errcode": 45009, "errmsg": "too often"}), Answer({}, 503), requests.ConnectTimeout()]
)
def test_a_busy_robot_is_asked_again(home, monkeypatch, busy):
    [found], asked = tell(home, monkeypatch, [busy, Answer(GOOD["wecom"])])
    assert (found.state, len(asked)) == ("sent", 2)


@pytest.mark.parametrize("lost", [requests.ReadTimeout(), requests.ConnectionError("closed")])
def test_a_message_without_an_answer_is_uncertain_and_never_sent_again_by_itself(home, monkeypatch, lost):
    [found], _ = tell(home, monkeypatch, [lost])
    assert found.state == "uncertain"
    assert found.id in found.detail
    [again], asked = tell(home, monkeypatch, [])
    assert (again.state, asked) == ("uncertain", [])


def test_a_robot_waits_for_its_minute():
    clock, slept = [0.0], []
    pace = bots.Pace(lambda: clock[0], slept.append)
    for _ in range(bots.PER_MINUTE):
        pace.wait("a")
    clock[0] = 15.0
    pace.wait("b")
    assert slept == []
    pace.wait("a")
    assert slept == [45.0]
    clock[0] = 61.0
    pace.wait("a")
    assert slept == [45.0]


@pytest.mark.parametrize(
    ("environ", "said"),
    [({}, "URL is not set"), ({"URL": "k"}, "SECRET is not set"),
     ({"URL": "http://bot.test/x", "SECRET": "s"}, "neither an https address"),
     ({"URL": "https://bot.test/x y", "SECRET": "s"}, "neither an https address")],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_told_by_its_variable(environ, said):
    bot = Bot(kind="wecom", url_env="URL", secret_env="SECRET")
    with speaking("en"), pytest.raises(DeliveryError) as error:
        bots._address(bot, environ)
    with speaking("en"):
        assert said in str(error.value)


def test_a_bare_key_is_completed_and_a_server_of_ones_own_may_be_near():
    bot = Bot(kind="feishu", url_env="URL")
    assert bots._address(bot, {"URL": "abc"})[0] == "https://open.feishu.cn/open-apis/bot/v2/hook/abc"
    assert bots._address(bot, {"URL": "http://127.0.0.1:1/x"})[0] == "http://127.0.0.1:1/x"
