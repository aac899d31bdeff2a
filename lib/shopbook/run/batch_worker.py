"""A worker of a batch: takes jobs from a connection, runs notebook and page, hands back the result."""

import signal
import socket
from multiprocessing.connection import Connection
from typing import Any


def serve(connection: socket.socket, control: socket.socket) -> None:
    """A worker forked from the warm process; its notebooks are forked from there too, never from itself."""
    from shopbook.run.engine import zygote_client

    zygote_client.adopt(zygote_client.Zygote(control))
    work(Connection(connection.detach()))


def work(connection: Any) -> None:
    """Run jobs until the batch closes the connection (also the target of a spawned worker)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the batch, which ends its workers
    from shopbook.run.notebook import execute

    while True:
        try:
            job, engine, limits = connection.recv()
        except (EOFError, OSError):
            return
        result = execute(job, engine=engine, limits=limits)
        try:
            connection.send(result)
        except OSError:
            return
