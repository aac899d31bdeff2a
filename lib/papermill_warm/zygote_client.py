"""The client's side of the warm process: start it when first needed, ask it for forks, notice every death."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

from papermill_warm import frames

START_SECONDS = 120.0
WARM_UP_VARIABLE = "PAPERMILL_WARM_UP"


class WarmProcessError(RuntimeError):
    """Raised when the warm process cannot be started or is gone."""


class Fork:
    """A kernel or worker forked for us. Closing it kills it with everything it started."""

    def __init__(self, connection: socket.socket, control: socket.socket) -> None:
        self.connection = connection
        self.control = control
        self.pid = 0
        self.status: int | None = None

    def listen(self) -> None:
        """Take one report of the zygote: forked (pid) or ended (status); raises frames.Closed."""
        report, _descriptors = frames.receive(self.control)
        self.pid = report.get("forked", self.pid)
        self.status = report.get("status", self.status)

    def close(self) -> None:
        """End the fork and everything it started."""
        self.connection.close()
        self.control.close()


class Zygote:
    """A running warm process."""

    def __init__(self, primary: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._primary = primary
        self.process = process
        self._turn = threading.Lock()
        self.owner = os.getpid()

    @property
    def alive(self) -> bool:
        """Whether forks can be asked for from this process."""
        return self.owner == os.getpid() and (self.process is None or self.process.poll() is None)

    def await_ready(self) -> None:
        """Wait until a new warm process has imported everything; raises WarmProcessError."""
        ready, _, _ = select.select([self._primary], [], [], START_SECONDS)
        try:
            if not ready:
                raise WarmProcessError(f"the warm process was not ready after {START_SECONDS:.0f} s")
            frames.receive(self._primary)
        except (frames.Closed, WarmProcessError) as error:
            self.close()
            raise WarmProcessError(f"the warm process did not start: {error}") from error

    def fork(self, order: dict[str, Any]) -> Fork:
        """Fork a kernel or worker as `order` says."""
        connection, connection_there = socket.socketpair()
        control, control_there = socket.socketpair()
        with connection_there, control_there:
            descriptors = (connection_there.fileno(), control_there.fileno())
            fork = Fork(connection, control)
            try:
                with self._turn:
                    frames.send(self._primary, order, descriptors)
            except frames.Closed as error:
                fork.close()
                raise WarmProcessError("the warm process is gone") from error
        try:
            fork.listen()
        except frames.Closed as error:
            fork.close()
            raise WarmProcessError("the warm process died before it could fork") from error
        return fork

    def call(self, function: str, **arguments: Any) -> None:
        """Call a function of the caller's (`module:function`) in the warm process, before its next forks."""
        with contextlib.suppress(frames.Closed):  # the next fork says that it is gone
            frames.send(self._primary, {"op": "call", "function": function, "arguments": arguments})

    def close(self) -> None:
        """End the warm process with all its forks."""
        self._primary.close()
        if self.process is not None and self.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGKILL)
                self.process.wait()


def begin(warm_up: str = "") -> None:
    """Start a warm process without waiting for it: it imports while the caller finds out what to run.

    `warm_up` names a function as `module:function`; the new process calls it once to import and use what the
    caller's notebooks need. Without one, the environment variable PAPERMILL_WARM_UP may name it.
    """
    global _begun
    _begun = _begun or _launch(warm_up)


def start(warm_up: str = "") -> Zygote:
    """A warm process that is ready: the one begun, or a new one."""
    global _begun
    zygote, _begun = _begun or _launch(warm_up), None
    zygote.await_ready()
    return zygote


def _launch(warm_up: str) -> Zygote:
    """A new interpreter, never a fork of this one, which may have threads."""
    here, there = socket.socketpair()
    own = warm_up or os.environ.get(WARM_UP_VARIABLE, "")
    command = [sys.executable, "-P", "-m", "papermill_warm.zygote", str(there.fileno()), own]
    with there:
        process = subprocess.Popen(
            command, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )
    return Zygote(here, process)


_begun: Zygote | None = None
_current: Zygote | None = None
_starting = threading.Lock()


def warm_process(warm_up: str = "") -> Zygote:
    """The warm process of this process; started at first use and again after it died."""
    global _current
    with _starting:
        if _current is None or not _current.alive:
            _current = start(warm_up)
        return _current


def fork_kernel(order: dict[str, Any], warm_up: str = "") -> Fork:
    """Fork a notebook's kernel; a warm process found dead is replaced once.

    Without the process that should have prepared for it (it died preparing) it is forked without.
    """
    zygote = warm_process(warm_up)
    alone = {name: value for name, value in order.items() if name != "prepare"}
    for each in [order, alone] if "prepare" in order else [order]:
        with contextlib.suppress(WarmProcessError):
            return zygote.fork(each)
    lost()
    adopt(None)
    zygote.close()
    return warm_process(warm_up).fork(alone)


def lost() -> None:
    """The warm process died: a worker forked from it dies too, before it blames the notebook."""
    if _current is not None and _current.process is None:
        os._exit(1)


def adopt(zygote: Zygote | None) -> None:
    """Use `zygote` from now on (a worker is given the one it was forked from); None forgets it."""
    global _current
    _current = zygote
