"""The clean process notebooks are forked from: one thread, everything imported, nothing run.

Started as `python -m papermill_warm.zygote <descriptor> [module:function]`; the descriptor is a socket to the
client, the function the caller's own warm-up. It ends, with all it forked, when the last client is gone.
Notebooks that load the same may be forked from a fork that has loaded it (preparation.py), which serves forks
as this process does.
"""

import contextlib
import gc
import json
import os
import pkgutil
import select
import selectors
import signal
import socket
import sys
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from papermill_warm import frames

# Threads do not survive a fork: linear algebra gets one, Arrow's allocator none; pydevd would only warn.
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


class Zygote:
    """Forks on request, reports every death at once, kills whole process trees."""

    def __init__(self, first: socket.socket) -> None:
        self._selector = selectors.DefaultSelector()
        self._clients: set[socket.socket] = set()
        self._owner: dict[int, socket.socket | None] = {}
        self._workers: set[int] = set()
        self._prepared: dict[str, Prepared | None] = {}
        self._wake, wake_end = socket.socketpair()
        self._wake.setblocking(False)
        wake_end.setblocking(False)
        self._wake_end = wake_end
        signal.set_wakeup_fd(wake_end.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._add(first)

    def serve(self) -> None:
        """Answer clients until the last one is gone."""
        while self._clients:
            for key, _events in self._selector.select():
                if key.fileobj is self._wake:
                    self._wake.recv(4096)
                    self._reap()
                elif key.fileobj in self._clients:  # an earlier event of this round may have dropped it
                    self._answer(key.fileobj)
        for child in list(self._owner):
            kill_tree(child)
        with contextlib.suppress(ChildProcessError):
            while True:  # their times count as ours only when they are waited for
                os.waitpid(-1, 0)

    def _add(self, client: socket.socket) -> None:
        self._clients.add(client)
        self._selector.register(client, selectors.EVENT_READ)

    def _answer(self, client: socket.socket) -> None:
        try:
            order, descriptors = frames.receive(client)
        except frames.Closed:
            self._drop(client)
            return
        if order["op"] == "call":
            call(order)
            return
        connection, control = (socket.socket(fileno=each) for each in descriptors)
        for each in (connection, control):
            each.set_inheritable(False)
        if "prepare" in order and self._passed_on(order, (connection, control)):
            connection.close()
            control.close()
            return
        self._add(control)
        with connection:
            self._fork(control, order, connection)

    def _passed_on(self, order: dict[str, Any], pair: tuple[socket.socket, socket.socket]) -> bool:
        """Let the process that has prepared what `order` asks for fork; False when there is none.

        `pair` is the notebook's: its connection and its control, which that process takes over.
        """
        asked = {"prepare": order.pop("prepare"), "env": order["env"]}
        key = json.dumps(asked, sort_keys=True)
        if key in self._prepared:
            each = self._prepared.pop(key)
        else:
            each = self._fork_prepared({**order, **asked, "op": "prepared"}, pair)
        self._prepared[key] = each  # the last one used stands last
        while len(self._prepared) > max(len(self._workers), 1):
            unused = self._prepared.pop(next(iter(self._prepared)))
            if unused is not None:
                unused.line.close()  # it ends after the notebooks that still run in its forks
        if each is None:
            return False
        try:
            frames.send(each.line, order, (pair[0].fileno(), pair[1].fileno()))
        except frames.Closed:
            self._prepared[key] = None  # it died loading, and would again
            return False
        return True

    def _fork_prepared(self, order: dict[str, Any], pair: tuple[socket.socket, socket.socket]) -> "Prepared":
        line, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            for each in pair:  # they come once more, with the order
                each.close()
            self._become(parent, order, theirs, (line, None))
        theirs.close()
        self._owner[pid] = None
        return Prepared(pid, line)

    def _fork(self, client: socket.socket, order: dict[str, Any], connection: socket.socket) -> None:
        """Fork a kernel, or a worker that is itself a client; `client` closing its end ends the fork."""
        mine, theirs = socket.socketpair() if order["op"] == "worker" else (None, None)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(parent, order, connection, (mine, theirs))
        if mine is not None and theirs is not None:
            theirs.close()
            self._add(mine)
        self._owner[pid] = client
        if order["op"] == "worker":
            self._workers.add(pid)
        try:
            frames.send(client, {"forked": pid})
        except frames.Closed:
            self._drop(client)

    def _become(self, parent: int, order: dict[str, Any], connection: socket.socket, pair: Any) -> None:
        """The fork's side: drop all that is the zygote's, then be what is asked; never returns."""
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            mine, theirs = pair
            lines = [each.line for each in self._prepared.values() if each is not None]
            for each in (*self._clients, *lines, self._wake, self._wake_end, mine):
                if each is not None:
                    each.close()
            gc.enable()
            from papermill_warm import child

            child.die_with_parent(parent)
            child.adopt_orphans()
            if order["op"] == "kernel":
                child.run(connection, order)
            elif order["op"] == "prepared":
                from papermill_warm.preparation import load

                load({**order, "env": order["env"] | SETTINGS})  # what it imports starts no thread either
                serve_forks(connection)
                os._exit(0)
            else:
                _work(order["function"], connection, theirs)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(1)

    def _reap(self) -> None:
        """Report every ended fork to its client; stray grandchildren handed down to us are ended too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            client = self._owner.pop(pid, None)
            self._workers.discard(pid)
            for key in [key for key, each in self._prepared.items() if each is not None and each.pid == pid]:
                self._prepared[key] = None  # it would die again
            if client in self._clients:
                _kill_group(pid)
                try:
                    frames.send(client, {"exited": pid, "status": os.waitstatus_to_exitcode(status)})
                except frames.Closed:
                    self._drop(client)
        for stray in set(children(os.getpid())) - self._owner.keys():
            kill_tree(stray)

    def _drop(self, client: socket.socket) -> None:
        """A client is gone: end what was forked for it."""
        self._clients.discard(client)
        self._selector.unregister(client)
        client.close()
        for pid in [pid for pid, owner in self._owner.items() if owner is client]:
            kill_tree(pid)


class Prepared(NamedTuple):
    """A fork that has loaded what notebooks share, and the line on which it is asked for forks of its own."""

    pid: int
    line: socket.socket


def call(order: dict[str, Any]) -> None:
    """Do what a client wants done before its next forks; what fails is met by the notebook that needs it."""
    with contextlib.suppress(Exception):
        pkgutil.resolve_name(order["function"])(**order["arguments"])
    gc.freeze()


def serve_forks(client: socket.socket) -> None:
    """Answer `client` from this process as it is now; ready when said so."""
    zygote = Zygote(client)
    gc.disable()
    gc.freeze()
    with contextlib.suppress(frames.Closed):
        frames.send(client, {"ready": os.getpid()})
    zygote.serve()


def _work(function: str, connection: socket.socket, control: socket.socket) -> None:
    """A worker calls the caller's function with its connection; its notebooks are forked from here too."""
    from papermill_warm import zygote_client

    zygote_client.adopt(zygote_client.Zygote(control))
    pkgutil.resolve_name(function)(Connection(connection.detach()))


def children(pid: int) -> list[int]:
    """The child processes of `pid`, whichever of its threads started them."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += [int(child) for child in file.read().split()]
    return found


def family(pid: int) -> list[int]:
    """`pid` and everything that descends from it."""
    found = [pid]
    for each in found:
        found += children(each)
    return found


def kill_tree(pid: int) -> None:
    """Kill `pid`, its process group and every descendant, also those that left the group."""
    for each in family(pid):
        _kill_group(each)
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _leave_if_alone(client: socket.socket) -> None:
    """The client says nothing before we are ready: something to read is its end."""
    if select.select([client], [], [], 0)[0]:
        os._exit(0)


def main() -> None:
    """Warm up, then fork on request."""
    os.environ.update(SETTINGS)
    gc.disable()  # imports leave nothing to collect, and looking for it takes a tenth of them
    first = socket.socket(fileno=int(sys.argv[1]))
    own_warm_up = sys.argv[2] if len(sys.argv) > 2 else ""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the client's: it closes the connection
    from papermill_warm import child, warmup

    child.adopt_orphans()
    warmup.warm_up(own_warm_up, lambda: _leave_if_alone(first))
    child.prepare()
    warmup.check_single_thread()
    serve_forks(first)
    os._exit(0)  # taking two thousand modules apart would only keep the client waiting


if __name__ == "__main__":
    main()
