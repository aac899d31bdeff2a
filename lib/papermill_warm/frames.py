"""Messages between the processes of a run: a length, then JSON; descriptors travel beside a message."""

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!Q")
_MOST_DESCRIPTORS = 2


class Closed(EOFError):
    """Raised when the other end of a connection is gone."""


def send_frame(connection: socket.socket, body: bytes, descriptors: tuple[int, ...] = ()) -> None:
    """Send `body` in one piece, with open descriptors beside it."""
    head = _LENGTH.pack(len(body))
    try:
        if descriptors:
            socket.send_fds(connection, [head], list(descriptors))
            connection.sendall(body)
        else:
            connection.sendall(head + body)
    except (BrokenPipeError, ConnectionError) as error:
        raise Closed(str(error)) from error


def receive_frame(connection: socket.socket) -> tuple[bytes, list[int]]:
    """The next message and the descriptors that came with it; raises Closed at the end."""
    try:
        head, descriptors, _flags, _address = socket.recv_fds(connection, _LENGTH.size, _MOST_DESCRIPTORS)
        if not head:
            raise Closed("the other process is gone")
        head += _exactly(connection, _LENGTH.size - len(head))
        return _exactly(connection, _LENGTH.unpack(head)[0]), descriptors
    except ConnectionError as error:
        raise Closed(str(error)) from error


def send(connection: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    """Send a small JSON message."""
    send_frame(connection, json.dumps(message).encode(), descriptors)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next small JSON message and its descriptors."""
    body, descriptors = receive_frame(connection)
    return json.loads(body), descriptors


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise Closed("the other process is gone in the middle of a message")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
