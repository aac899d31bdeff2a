"""Chat messages against robots on this machine: signatures, sizes, refusals as HTTP 200, lost answers."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from published import HOSTILE, blocking, finding, home_at, report, shelve
from shopbook.params import ShopSettings
from shopbook.run.mail.bots import PER_MINUTE, Pace, post_report
from shopbook.run.mail.bots_message import LIMITS, payload, signed
from shopbook.run.mail.digest import digest
from shopbook.run.mail.outbox import Sending, uncertain
from shopbook.run.mail.outbox_ledger import record_of
from shopbook.run.site.published import entry_at

NOW = dt.datetime(2026, 11, 21, 0, 3, tzinfo=dt.UTC)
TAKEN = {"wecom": {"errcode": 0}, "dingtalk": {"errcode": 0}, "feishu": {"code": 0}}
KINDS = ("wecom", "dingtalk", "feishu")
KEY = "0a1b2c3d-key-of-the-robot"


class Robot:
    """A chat program's endpoint; answers what it is told, in order, then that it took the message."""

    def __init__(self):
        robot = self
        self.answers, self.requests = [], []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.requests.append((self.path, json.loads(body), len(body)))
                answer = robot.answers.pop(0) if robot.answers else robot.default
                if answer is None:
                    return  # closes the connection without a word
                status, text = answer if isinstance(answer, tuple) else (200, json.dumps(answer))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        self.default = {"errcode": 0, "code": 0}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/send?key={KEY}"


@pytest.fixture
def robot():
    made = Robot()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def home(tmp_path):
    home = home_at(tmp_path)
    shelve(home, report())
    return home


def shop(kind, secret="") -> ShopSettings:
    bot = {"kind": kind, "url_env": "ROBOT_URL", "secret_env": "ROBOT_SECRET" if secret else ""}
    values = {"id": "demo", "name": "天猫旗舰店", "base_url": "https://reports.test", "bots": [bot]}
    return ShopSettings.model_validate(values)


def post(home, settings, environ, **options):
    clock = {"now": 1_763_683_200.0, "slept": []}

    def sleep(seconds):
        clock["now"] += seconds
        clock["slept"].append(seconds)

    sending = Sending(environ=environ, now=NOW, sleep=sleep, **options)
    pace = Pace(lambda: clock["now"], sleep)
    return post_report(home, entry_at(home.reports, "demo", "2026-11-20", "daily"), settings, sending, pace)


@pytest.mark.parametrize("kind", KINDS)
def test_three_lines_and_a_link_arrive_once(home, robot, kind):
    environ = {"ROBOT_URL": robot.address}
    assert [each.state for each in post(home, shop(kind), environ)] == ["sent"]
    assert [each.state for each in post(home, shop(kind), environ)] == ["already"]
    ((_, body, _),) = robot.requests
    text = json.dumps(body, ensure_ascii=False)
    assert "【店铺日报 11-20】" in text
    assert "处理 · 推广 11-21: 核心词出价恢复至 11-13 水平" in text
    assert "支付金额 12.3 万元 ▼ −11.9%" in text
    assert "https://reports.test/demo/2026-11-20/daily/own.html" in text


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        pytest.param("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, id="wecom: expired key"),
        pytest.param("wecom", {"errcode": 40058, "errmsg": "exceed max length"}, id="wecom: too long"),
        pytest.param("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, id="dingtalk: signature"),
        pytest.param("feishu", {"code": 19021, "msg": "sign match fail"}, id="feishu: signature"),
        pytest.param("feishu", {"StatusCode": 9, "StatusMessage": "bad"}, id="feishu: old answer"),
        pytest.param("wecom", {}, id="an answer that says nothing"),
        pytest.param("wecom", (200, "<html>login</html>"), id="a login page"),
        pytest.param("dingtalk", (302, ""), id="a redirect"),
    ],
)
def test_a_refusal_is_a_failure_whatever_the_http_status(home, robot, kind, answer):
    robot.answers = [answer]
    (found,) = post(home, shop(kind), {"ROBOT_URL": robot.address})
    assert (found.state, found.ok) == ("failed", False)
    assert len(robot.requests) == 1
    wanted = answer.get("errmsg") or answer.get("msg") or "" if isinstance(answer, dict) else ""
    assert wanted in found.detail


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        pytest.param("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, id="wecom"),
        pytest.param("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, id="dingtalk"),
        pytest.param("feishu", {"code": 11232, "msg": "frequency limited"}, id="feishu"),
        pytest.param("wecom", (503, ""), id="overloaded"),
    ],
)
def test_a_busy_robot_is_asked_again(home, robot, kind, answer):
    robot.answers = [answer, answer]
    assert [each.state for each in post(home, shop(kind), {"ROBOT_URL": robot.address})] == ["sent"]
    assert len(robot.requests) == 3


def test_a_message_without_an_answer_is_uncertain_and_not_repeated(home, robot):
    robot.answers = [None]
    environ = {"ROBOT_URL": robot.address}
    assert [each.state for each in post(home, shop("wecom"), environ)] == ["uncertain"]
    assert [each.state for each in post(home, shop("wecom"), environ)] == ["uncertain"]
    assert len(robot.requests) == 1
    assert [each.recipient for each in uncertain(home)] == ["wecom:ROBOT_URL"]
    assert [each.state for each in post(home, shop("wecom"), environ, resend="all")] == ["sent"]


def test_a_robot_that_cannot_be_reached_is_a_failure_without_its_key(home, robot):
    robot.server.shutdown()
    robot.server.server_close()
    (found,) = post(home, shop("wecom"), {"ROBOT_URL": robot.address})
    assert found.state == "failed"
    ledger = record_of(home, "demo").read_text(encoding="utf-8")
    assert KEY not in repr(found) + ledger


@pytest.mark.parametrize("kind", KINDS)
def test_keys_and_secrets_never_show(home, robot, kind):
    secret = "SEC-of-the-robot"
    robot.answers = [{"errcode": 1, "code": 1, "errmsg": f"bad key={KEY} {secret}", "msg": f"{KEY} {secret}"}]
    (found,) = post(home, shop(kind, secret), {"ROBOT_URL": robot.address, "ROBOT_SECRET": secret})
    ledger = record_of(home, "demo").read_text(encoding="utf-8")
    assert found.state == "failed"
    assert KEY not in repr(found) + ledger
    assert secret not in repr(found) + ledger


def test_dingtalk_signs_time_and_secret_in_the_address(home, robot):
    post(home, shop("dingtalk", "abc"), {"ROBOT_URL": robot.address, "ROBOT_SECRET": "abc"})
    query = parse_qs(urlsplit(robot.requests[0][0]).query)
    stamp = query["timestamp"][0]
    wanted = hmac.new(b"abc", f"{stamp}\nabc".encode(), hashlib.sha256).digest()
    assert stamp == "1763683200000"
    assert base64.b64decode(query["sign"][0]) == wanted
    assert query["key"] == [KEY]


def test_feishu_signs_in_the_body_with_seconds():
    query, body = signed("feishu", "abc", 1_763_683_200)
    wanted = hmac.new(b"1763683200\nabc", b"", hashlib.sha256).digest()
    assert query == {}
    assert body == {"timestamp": "1763683200", "sign": base64.b64encode(wanted).decode()}


@pytest.mark.parametrize("kind", KINDS)
def test_long_texts_are_cut_within_the_limit_and_between_characters(home, robot, kind):
    shelve(
        home,
        report(
            headline=HOSTILE, findings=(finding(next_step="长👨‍👩‍👧" * 3_000),), warnings=(blocking(HOSTILE),)
        ),
    )
    settings = shop(kind).model_copy(update={"base_url": "https://reports.test/" + "p" * 3_500})
    post(home, settings, {"ROBOT_URL": robot.address})
    ((_, body, size),) = robot.requests
    text = json.dumps(body, ensure_ascii=False)
    assert "\ufffd" not in text
    assert "own.html" in text
    markdown = body.get("markdown", {})
    assert len((markdown.get("content") or markdown.get("text") or "").encode()) <= LIMITS[kind]
    assert size <= 20_000


@pytest.mark.parametrize("kind", KINDS)
def test_titles_cannot_mention_people_or_link(home, kind):
    nasty = '<@all> <at id=all></at> @13800000000 [点我](http://x.test) **粗** <font color="warning">x</font>'
    shelve(home, report(headline=nasty, findings=(finding(next_step=nasty),)))
    content = digest(
        entry_at(home.reports, "demo", "2026-11-20", "daily"), ShopSettings(id="demo", name=nasty)
    )
    text = json.dumps(payload(kind, content), ensure_ascii=False)
    assert not any(mark in text for mark in ("<@", "<at", "@1", "](", "http://x", "<font"))


def test_a_missing_key_names_the_variable(home):
    (found,) = post(home, shop("wecom"), {})
    assert found.state == "failed"
    assert "ROBOT_URL" in found.detail


def test_an_open_line_to_elsewhere_is_refused(home):
    (found,) = post(home, shop("wecom"), {"ROBOT_URL": "http://chat.test/send?key=abcdef"})
    assert found.state == "failed"
    assert "abcdef" not in found.detail


def test_a_dry_run_sends_nothing(home, robot):
    found = post(home, shop("wecom"), {"ROBOT_URL": robot.address}, dry_run=True)
    assert [each.state for each in found] == ["planned"]
    assert robot.requests == []


def test_the_twenty_first_message_of_a_minute_waits():
    clock, slept = [0.0], []
    pace = Pace(lambda: clock[0], slept.append)
    for _ in range(PER_MINUTE):
        pace.wait("a")
        clock[0] += 1.0
    pace.wait("other")
    assert slept == []
    pace.wait("a")
    assert slept == [60 - PER_MINUTE * 1.0]
