"""Mail against real servers on this machine: TLS and login, refusals, servers that die, a run that dies."""

import datetime as dt
import email
import email.policy
import json
import shutil
import socket
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from published import blocking, finding, home_at, report, shelve
from shopbook.errors import DeliveryError
from shopbook.params import Recipient, ShopSettings
from shopbook.run.mail import outbox, outbox_ledger, smtp
from shopbook.run.mail.outbox import Sending, deliver, settle, uncertain
from shopbook.run.mail.outbox_ledger import record_of
from shopbook.run.mail.smtp import server_from
from shopbook.run.site.published import entry_at

NOW = dt.datetime(2026, 11, 21, 0, 3, tzinfo=dt.UTC)
THREE = tuple({"address": f"{name}@shop.test"} for name in ("wang", "li", "zhao"))
SHOP = ShopSettings.model_validate({"id": "demo", "name": "天猫旗舰店", "recipients": THREE})


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(smtp, "GRACE_SECONDS", 0.05)
    home = home_at(tmp_path)
    shelve(home, report(), charts=("own",))
    return home


def send(home, environ, settings=SHOP, date="2026-11-20", **options):
    sending = Sending(environ=environ, now=NOW, sleep=lambda seconds: None, **options)
    return deliver(home, entry_at(home.reports, "demo", date, "daily"), settings, sending)


def states(found) -> list[tuple[str, str]]:
    return [(each.recipient.split("@")[0], each.state) for each in found]


class Mailbox:
    """Keeps what arrives; refuses the recipients it is told to, with the code it is told."""

    def __init__(self, refused=None):
        self.refused = refused or {}
        self.mails: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if codes := self.refused.get(address):
            return f"{codes.pop(0)} mailbox says no"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        self.mails += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 taken"

    @property
    def addresses(self) -> list[str]:
        return sorted(address.split("@")[0] for address, _ in self.mails)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for localhost, made now."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(["openssl", *made.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


@pytest.fixture
def mail_server(certificate):
    """Starts servers with STARTTLS and login; gives the environment that leads there."""
    running = []

    def start(mailbox):
        import ssl

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)

        def check(server, session, envelope, mechanism, data):
            right = (data.login, data.password) == (b"bot", b"s3cret-pass")
            return AuthResult(success=right, handled=False)

        controller = Controller(
            mailbox, hostname="127.0.0.1", port=free_port(), server_hostname="localhost", ready_timeout=20,
            tls_context=context, require_starttls=True, auth_required=True, authenticator=check,
        )  # fmt: skip
        controller.start()
        running.append(controller)
        login = {"SHOPBOOK_SMTP_USER": "bot", "SHOPBOOK_SMTP_PASSWORD": "s3cret-pass"}
        return environment(controller.port, "starttls", **login, SHOPBOOK_SMTP_CA=str(certificate[0]))

    yield start
    for controller in running:
        controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def environment(port, tls, **more) -> dict[str, str]:
    values = {"HOST": "localhost", "PORT": str(port), "TLS": tls, "FROM": "bot@shop.test", "TIMEOUT": "5"}
    return {f"SHOPBOOK_SMTP_{name}": value for name, value in values.items()} | more


def test_three_readers_each_get_their_mail_over_tls_with_login(home, mail_server):
    mailbox = Mailbox()
    found = send(home, mail_server(mailbox))
    assert states(found) == [("wang", "sent"), ("li", "sent"), ("zhao", "sent")]
    assert mailbox.addresses == ["li", "wang", "zhao"]
    received = email.message_from_bytes(mailbox.mails[0][1], policy=email.policy.default)
    assert received["Subject"].startswith("支付金额 12.3 万元：手淘推荐访客少")
    names = [str(part.get_filename()) for part in received.iter_attachments()]
    assert names[0] == "店铺日报-天猫旗舰店-2026-11-20.html"
    assert [name.rsplit(".", 1)[1] for name in names] == [
        "html",
        "xlsx",
    ]  # the page and the sheet to answer in


def test_what_arrives_is_what_the_eml_holds(home, mail_server):
    mailbox = Mailbox()
    sent = send(home, mail_server(mailbox))[0]
    assert sent.file.read_bytes() == dict(mailbox.mails)[sent.recipient]
    assert sent.file.parent == home.outbox / "demo"
    assert sent.file.name.startswith("2026-11-20-daily-")


def test_sending_again_sends_nothing(home, mail_server):
    mailbox = Mailbox()
    environ = mail_server(mailbox)
    send(home, environ)
    assert {state for _, state in states(send(home, environ))} == {"already"}
    assert len(mailbox.mails) == 3


def test_a_new_version_is_sent_as_a_correction(home, mail_server):
    mailbox = Mailbox()
    environ = mail_server(mailbox)
    send(home, environ)
    shelve(home, report(findings=(finding(headline="修正后的结论"),)))
    send(home, environ)
    first, second = (
        email.message_from_bytes(content, policy=email.policy.default)
        for address, content in mailbox.mails
        if address.startswith("li@")
    )
    assert "[更正]" in second["Subject"]
    assert second["In-Reply-To"] == first["Message-ID"]


def test_one_refused_reader_does_not_cost_the_others_theirs(home, mail_server):
    mailbox = Mailbox({"li@shop.test": ["550"]})
    environ = mail_server(mailbox)
    found = send(home, environ)
    assert states(found) == [("wang", "sent"), ("li", "refused"), ("zhao", "sent")]
    assert "550 mailbox says no" in found[1].detail
    again = send(home, environ)
    assert states(again) == [("wang", "already"), ("li", "sent"), ("zhao", "already")]
    assert mailbox.addresses == ["li", "wang", "zhao"]


def test_a_refusal_for_now_is_tried_again(home, mail_server):
    mailbox = Mailbox({"li@shop.test": ["451", "451"]})
    assert states(send(home, mail_server(mailbox)))[1] == ("li", "sent")
    assert mailbox.addresses == ["li", "wang", "zhao"]


def test_a_wrong_password_is_named_without_showing_it(home, mail_server):
    environ = mail_server(Mailbox()) | {"SHOPBOOK_SMTP_PASSWORD": "wrong-pass-77"}
    found = send(home, environ)
    assert {state for _, state in states(found)} == {"refused"}
    assert "SHOPBOOK_SMTP_PASSWORD" in found[0].detail
    written = record_of(home, "demo").read_text(encoding="utf-8") + repr(found)
    assert "wrong-pass-77" not in written
    assert "wrong-pass-77" not in repr(server_from(environ))


def test_an_unknown_certificate_stops_before_the_password(home, mail_server):
    environ = mail_server(Mailbox()) | {"SHOPBOOK_SMTP_CA": ""}
    found = send(home, environ)
    assert "证书" in found[0].detail


class Script:
    """A plain server that plays one part per connection: "takes", "dies in text" or "dies after dot"."""

    def __init__(self, *parts):
        self.parts, self.taken = list(parts), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self.play(self.parts.pop(0) if self.parts else "takes", connection, lines)

    def play(self, part, connection, lines):
        connection.sendall(b"220 ready\r\n")
        recipient = b""
        for line in lines:
            verb = line[:4].upper()
            recipient = line.split(b"<")[1].split(b">")[0] if verb == b"RCPT" else recipient
            if verb != b"DATA":
                connection.sendall(b"250 ok\r\n" if verb != b"QUIT" else b"221 bye\r\n")
                continue
            connection.sendall(b"354 go on\r\n")
            if part == "dies in text":
                lines.readline()
                return
            if not any(text == b".\r\n" for text in lines):
                return
            if part == "silent after dot":
                lines.readline()  # ends when the client gives up
                return
            if part == "dies after dot":
                return
            self.taken.append(recipient.decode().split("@")[0])
            connection.sendall(b"250 taken\r\n")

    def stop(self):
        self.listener.close()


@pytest.fixture
def script():
    running = []

    def start(*parts):
        running.append(Script(*parts))
        return running[-1]

    yield start
    for server in running:
        server.stop()


def test_a_server_that_dies_before_the_final_dot_gets_each_mail_once_after_its_restart(
    home, script, monkeypatch
):
    server = script(*["dies in text"] * 9)
    with monkeypatch.context() as patched:
        # The wait ends when the death is seen, which may be late on a busy machine.
        patched.setattr(smtp, "GRACE_SECONDS", 10.0)
        found = send(home, environment(server.port, "none"))
    assert states(found) == [("wang", "failed"), ("li", "failed"), ("zhao", "failed")]
    again = send(home, environment(server.port, "none"))
    assert states(again) == [("wang", "sent"), ("li", "sent"), ("zhao", "sent")]
    assert sorted(server.taken) == ["li", "wang", "zhao"]


def test_a_server_that_dies_once_in_the_text_gets_the_mail_in_the_same_run(home, script, monkeypatch):
    monkeypatch.setattr(smtp, "GRACE_SECONDS", 2.0)
    server = script("dies in text")
    one = SHOP.model_copy(update={"recipients": SHOP.recipients[:1]})
    assert states(send(home, environment(server.port, "none"), one)) == [("wang", "sent")]
    assert server.taken == ["wang"]


def test_a_server_that_dies_between_dot_and_reply_leaves_the_mail_uncertain(home, script):
    server = script("dies after dot")
    found = send(home, environment(server.port, "none"))
    assert states(found) == [("wang", "uncertain"), ("li", "sent"), ("zhao", "sent")]
    again = send(home, environment(server.port, "none"))
    assert states(again) == [("wang", "uncertain"), ("li", "already"), ("zhao", "already")]
    assert f"--resend {again[0].id}" in again[0].detail
    assert sorted(server.taken) == ["li", "zhao"]


def test_a_server_that_never_answers_the_dot_leaves_the_mail_uncertain(home, script, monkeypatch):
    monkeypatch.setattr(smtp, "REPLY_PATIENCE", 0.2)
    server = script("silent after dot")
    environ = environment(server.port, "none") | {"SHOPBOOK_SMTP_TIMEOUT": "1"}
    assert states(send(home, environ))[0] == ("wang", "uncertain")


def test_an_uncertain_mail_is_named_by_doctor_and_by_the_run_of_another_report(home, script):
    server = script("dies after dot")
    send(home, environment(server.port, "none"))
    assert states(uncertain(home)) == [("wang", "uncertain")]
    shelve(home, report(date="2026-11-21"))
    found = send(home, environment(server.port, "none"), date="2026-11-21")
    assert [each.report for each in found if each.state == "uncertain"] == ["2026-11-20/daily"]


def test_resend_sends_the_uncertain_mail_and_nothing_else(home, script):
    server = script("dies after dot")
    send(home, environment(server.port, "none"))
    found = send(home, environment(server.port, "none"), resend="all")
    assert states(found) == [("wang", "sent"), ("li", "already"), ("zhao", "already")]
    assert sorted(server.taken) == ["li", "wang", "zhao"]
    assert uncertain(home) == []


def test_a_mail_the_reader_has_can_be_settled_by_hand(home, script):
    server = script("dies after dot")
    send(home, environment(server.port, "none"))
    settle(home, uncertain(home)[0].id, now=NOW)
    assert states(send(home, environment(server.port, "none")))[0] == ("wang", "already")
    assert sorted(server.taken) == ["li", "zhao"]


@pytest.mark.parametrize(
    ("step", "state", "received"),
    [
        pytest.param("_send_text", "sent", ["li", "wang", "zhao"], id="killed before the dot: sent again"),
        pytest.param("_finish", "uncertain", ["li", "zhao"], id="killed at the dot: not sent by itself"),
    ],
)
def test_a_run_that_is_killed_while_it_sends(home, script, monkeypatch, step, state, received):
    server = script()

    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(smtp, step, killed)
        with pytest.raises(KeyboardInterrupt):
            send(home, environment(server.port, "none"))
    assert states(send(home, environment(server.port, "none")))[0] == ("wang", state)
    assert sorted(server.taken) == received


def test_no_server_at_all_fails_with_the_address_and_keeps_the_eml(home):
    port = free_port()
    found = send(home, environment(port, "none"))
    assert {each.state for each in found} == {"failed"}
    assert f"localhost:{port}" in found[0].detail
    assert all(each.file.is_file() for each in found)


def test_a_line_torn_by_a_power_cut_does_not_lose_the_others(home, script):
    server = script()
    send(home, environment(server.port, "none"))
    ledger = record_of(home, "demo")
    ledger.write_bytes(ledger.read_bytes() + b'{"key": "2026-11-2')
    shelve(home, report(date="2026-11-21"))
    send(home, environment(server.port, "none"), date="2026-11-21")
    kept = outbox_ledger.Ledger(ledger)
    assert len([line for line in ledger.read_text(encoding="utf-8").splitlines() if '"sent"' in line]) == 6
    assert kept.uncertain() == []


def test_without_a_server_the_mails_are_written_and_that_is_said(home):
    found = send(home, {})
    assert {each.state for each in found} == {"written"}
    assert "SHOPBOOK_SMTP_HOST" in found[0].detail
    assert len(list((home.outbox / "demo").glob("*.eml"))) == 3


def test_written_mails_are_sent_once_a_server_is_there(home, script):
    send(home, {})
    server = script()
    assert {each.state for each in send(home, environment(server.port, "none"))} == {"sent"}


def test_a_mistyped_address_is_named_and_the_others_get_theirs(home, script):
    rows = ({"address": "wang@shop"}, {"address": "li@shop"}, {"address": "zhao@shop.test"})
    shop = ShopSettings.model_validate({"id": "demo", "recipients": rows})
    server = script()
    found = send(home, environment(server.port, "none"), shop)
    assert [each.state for each in found] == ["refused", "refused", "sent"]
    assert "wang@shop" in found[0].detail
    assert "params/shops/demo.yaml" in found[0].detail


def test_nobody_listed_means_the_owner_and_without_owner_a_preview(home):
    assert send(home, {}, ShopSettings(owner_address="boss@shop.test"))[0].recipient == "boss@shop.test"
    preview = send(home, {}, ShopSettings())[0]
    assert preview.state == "written"
    assert "预览" in preview.detail


def test_an_example_address_gets_its_mail_from_a_server_of_this_machine_alone(home, mail_server, monkeypatch):
    shop = ShopSettings.model_validate({"id": "demo", "recipients": [{"address": "li@example.com"}]})
    mailbox = Mailbox()
    environ = mail_server(mailbox)
    assert states(send(home, environ, shop)) == [("li", "sent")]
    assert mailbox.addresses == ["li"]
    monkeypatch.setattr(outbox, "hand_over", pytest.fail)
    away = environ | {"SHOPBOOK_SMTP_HOST": "smtp.shop.test"}
    other = shop.model_copy(update={"recipients": [Recipient(address="wang@example.com")]})
    assert states(send(home, away, other)) == [("wang", "written")]


def test_incomplete_data_is_held_when_the_shop_says_so(home, script):
    shelve(home, report(warnings=(blocking(),)))
    shop = SHOP.model_copy(update={"on_blocking": "hold"})
    server = script()
    found = send(home, environment(server.port, "none"), shop)
    assert {each.state for each in found} == {"held"}
    assert all(each.ok for each in found)
    assert server.taken == []
    send(home, environment(server.port, "none"), shop, resend="all")
    assert len(server.taken) == 3


@pytest.mark.parametrize(
    ("policy", "findings", "expected"),
    [
        pytest.param("on_act", (finding(),), "written", id="something to do"),
        pytest.param("on_act", (finding(level="watch"),), "skipped", id="nothing to do"),
        pytest.param("on_change", (finding("own.item"),), "written", id="another finding than yesterday"),
        pytest.param(
            "on_change", (finding(headline="数字变了"),), "skipped", id="the same finding as yesterday"
        ),
        pytest.param("always", (), "written", id="always"),
    ],
)
def test_send_policy(home, policy, findings, expected):
    shelve(home, report(date="2026-11-19"), report(findings=findings))
    shop = SHOP.model_copy(update={"send_policy": policy})
    assert {each.state for each in send(home, {}, shop)} == {expected}


def test_a_dry_run_writes_and_sends_nothing(home, script):
    server = script()
    found = send(home, environment(server.port, "none"), dry_run=True)
    assert {each.state for each in found} == {"planned"}
    assert list((home.outbox / "demo").glob("*.eml")) == []
    assert server.taken == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SHOPBOOK_SMTP_PORT", "smtp", id="port is no number"),
        pytest.param("SHOPBOOK_SMTP_TLS", "yes", id="unknown kind of tls"),
        pytest.param("SHOPBOOK_SMTP_FROM", "bot", id="sender is no address"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_found(home, name, value):
    with pytest.raises(DeliveryError, match=name) as caught:
        send(home, environment(25, "none") | {name: value})
    assert value in str(caught.value)


def test_the_password_never_goes_over_an_open_line():
    environ = environment(25, "none", SHOPBOOK_SMTP_USER="bot") | {"SHOPBOOK_SMTP_HOST": "mail.shop.test"}
    with pytest.raises(DeliveryError, match="SHOPBOOK_SMTP_TLS"):
        server_from(environ)


def test_the_ledger_knows_each_step(home, script):
    server = script()
    send(home, environment(server.port, "none"), SHOP.model_copy(update={"recipients": SHOP.recipients[:1]}))
    lines = record_of(home, "demo").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["sending", "dot", "sent"]
    assert outbox.uncertain(home) == []
