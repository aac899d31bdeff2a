"""What runs inside a fork: ipykernel's own kernel and shell for one notebook, writing to a socket."""

import asyncio
import base64
import ctypes
import os
import random
import resource
import signal
import socket
import sys
import threading
import traceback
from logging import getLogger
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session, extract_header, json_packer, new_id
from tornado.ioloop import IOLoop
from traitlets.config import Config

from papermill_warm import frames
from papermill_warm.child_stream import CellStream, watch

_PR_SET_PDEATHSIG = 1
_BROKEN = 70  # the exit code of a kernel that failed by itself, not by its cells
_PR_SET_CHILD_SUBREAPER = 36
INLINE = "module://matplotlib_inline.backend_inline"


class PipeSession(Session):
    """A Jupyter session whose messages go to the socket of the client instead of ZeroMQ."""

    def connect(self, connection: socket.socket) -> None:
        """Send every later message to `connection`."""
        self._connection = connection
        self._turn = threading.Lock()

    def send(  # noqa: PLR0913 (the signature is jupyter_client's)
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:  # fmt: skip  (the signature is jupyter_client's)
        """Write one message; a process forked by a cell stays silent, as under ipykernel."""
        if os.getpid() != self.pid:
            return None
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(msg_or_type, content, parent, header, metadata)
        attached = buffers or message.get("buffers") or []
        packed = {**message, "buffers": [base64.b64encode(buffer).decode() for buffer in attached]}
        body = json_packer(packed)
        with self._turn:
            frames.send_frame(self._connection, body)
        return message


class PipeKernel(IPythonKernel):
    """ipykernel's kernel without sockets; requests come one by one, so nothing is queued or aborted."""

    _supports_kernel_subshells = False
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    _execute_sleep = 0.0  # there is no network to wait for

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """The client sends the next cell only after the reply."""

    async def answer(self, request: dict[str, Any]) -> None:
        """Run one request from `busy` to `idle`."""
        self.set_parent([], request, channel="shell")
        self._publish_status("busy", "shell")
        self.pre_handler_hook()
        try:
            await self.shell_handlers[request["header"]["msg_type"]](None, [], request)
        except KeyboardInterrupt:
            self.log.error("KeyboardInterrupt caught in kernel.")
        finally:
            self.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        self._publish_status("idle", "shell")


def run(connection: socket.socket, order: dict[str, Any]) -> None:
    """Be the kernel of one notebook until the client closes `connection`; never returns to the zygote."""
    mine = os.getpid()
    terminal = os.dup(2)
    try:
        _settle(order)
        asyncio.run(_serve(connection, mine))
    except BaseException:
        os.write(terminal, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(_BROKEN)


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when `parent` (the zygote) dies; a parent already dead counts too."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of processes whose parent died below here, so none can hide from a kill."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _settle(order: dict[str, Any]) -> None:
    """Make the fork an ordinary fresh process: own group, environment, folder, limits, random numbers."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.chdir(order["cwd"])
    packages = (number for number, folder in enumerate(sys.path) if folder.endswith("site-packages"))
    sys.path.insert(next(packages, 0), "")  # where Jupyter's launcher puts the notebook's folder
    sys.argv = ["ipykernel_launcher.py"]
    if limit := order.get("memory_mb"):
        most = data_bytes() + limit * (1 << 20)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
    if os.environ["MPLBACKEND"] != INLINE and "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = os.environ["MPLBACKEND"]


def data_bytes() -> int:
    """The writable private memory of this process, which RLIMIT_DATA counts."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))


async def _serve(connection: socket.socket, mine: int) -> None:
    """Answer requests in order; between them the event loop runs, so tasks of earlier cells go on."""
    loop = asyncio.get_running_loop()
    requests: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def take() -> None:
        try:
            requests.put_nowait(frames.receive(connection)[0])
        except frames.Closed:
            os._exit(0)

    kernel = _kernel(connection)
    loop.add_reader(connection, take)
    while (request := await requests.get()) is not None:
        await kernel.answer(request)
        # A process forked by a cell must not go on as a second kernel; `exit()` in a cell ends this one.
        if os.getpid() != mine or _shell(kernel).exit_now:
            os._exit(0)


_made: PipeKernel  # by `prepare`, before the first fork


def prepare() -> None:
    """Make the kernel and its shell once in the warm process: a fork only connects them.

    Nothing of the process is kept in them: streams, folder, environment and identity are the fork's.
    """
    global _made
    environment = dict(os.environ)
    config = Config({"HistoryManager": {"hist_file": ":memory:"}})
    _made = PipeKernel(session=PipeSession(username="papermill"), config=config, log=getLogger("ipykernel"))
    _shell(_made).extension_manager.load_extension("storemagic")
    os.environ.clear()  # the shell set what a fork's shell sets again
    os.environ.update(environment)


def _shell(kernel: PipeKernel) -> Any:
    """The kernel's shell, which ipykernel declares as anything."""
    assert isinstance(kernel.shell, ZMQInteractiveShell)
    return kernel.shell


def _kernel(connection: socket.socket) -> PipeKernel:
    """The prepared kernel, talking over `connection`, in this process's folder and environment."""
    kernel, session, shell = _made, _made.session, _shell(_made)
    assert isinstance(session, PipeSession)
    session.pid = os.getpid()
    session.session = new_id()
    session.connect(connection)
    kernel.io_loop = IOLoop.current()
    shell.init_environment()
    shell.starting_dir = os.getcwd()
    shell.history_manager.reset(new_session=False)  # its folders begin here too

    def send_text(name: str, text: str, parent: dict[str, Any]) -> None:
        session.send(None, "stream", {"name": name, "text": text}, extract_header(parent))

    streams = [CellStream("stdout", 1, send_text), CellStream("stderr", 2, send_text)]
    sys.stdout, sys.stderr = streams
    watch(streams)
    session.send(None, "ready", {})
    return kernel
