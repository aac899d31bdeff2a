"""No connection but to the mail server, robots and sources an operator configured: none without a setting."""

import ast
import json
import os
import socket

import pytest

from faults.test_commands import COMMANDS, is_fine
from faults.test_state_files import made_home, said_by
from shopbook.home import PROJECT

NETWORK = {
    "aiohttp", "boto3", "fsspec", "ftplib", "http", "httpx", "imap_tools", "imaplib", "paramiko", "poplib",
    "requests", "s3fs", "smtplib", "sqlalchemy", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip


class Connected(AssertionError):
    """Something was to be reached over the network."""


@pytest.fixture
def no_network(monkeypatch):
    """Every socket of the internet refuses; those between processes of this machine stay."""
    tried: list[object] = []

    def guard(name: str) -> None:
        whole = getattr(socket.socket, name)

        def guarded(self, *words):
            if self.family in (socket.AF_INET, socket.AF_INET6):
                tried.append(words)
                raise Connected(words)
            return whole(self, *words)

        monkeypatch.setattr(socket.socket, name, guarded)

    for name in ("connect", "connect_ex", "sendto", "bind"):
        guard(name)

    def lookup(host, *_words, **_more):
        tried.append(host)
        raise Connected(host)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for name in [name for name in os.environ if name.startswith("SHOPBOOK_")]:
        monkeypatch.delenv(name)
    return tried


def test_no_command_reaches_for_the_network(tmp_path, no_network):
    home = made_home(tmp_path / "home")
    (home.root / "new.csv").write_text("货号,库存\n1,5\n", encoding="utf-8")
    wrong = []
    for name, words in COMMANDS.items():
        code, said = said_by(home, words.format(root=home.root))
        if not is_fine(code, said):
            wrong.append((name, said[-300:]))
    assert wrong == []
    assert no_network == []


def test_the_guard_sees_a_connection(no_network):
    with pytest.raises(Connected):
        socket.create_connection(("example.com", 80), timeout=1)
    assert no_network


def imported(text: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(text)))
    plain = {
        alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    return plain | {
        node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module
    }


def test_only_delivery_and_sources_may_import_what_speaks_to_the_network():
    lib = PROJECT / "lib" / "shopbook"
    found = {
        path.relative_to(lib).as_posix(): sorted(names)
        for path in lib.rglob("*.py")
        if (names := imported(path.read_text(encoding="utf-8")) & NETWORK)
    }
    assert {path.split("/")[0] for path in found} <= {"run"}, found


def test_no_shipped_notebook_imports_what_speaks_to_the_network():
    for path in sorted((PROJECT / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        assert not [cell for cell in code if imported(cell) & NETWORK], path
