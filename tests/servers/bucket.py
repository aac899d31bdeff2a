"""A bucket as S3 clients see it: listing and reading of a folder on disk, which is all a door asks for."""

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@contextmanager
def bucket(folder: Path, key: str) -> Iterator[str]:
    """Serve `folder` as the bucket `exports` to whoever signs with `key`; gives the endpoint."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            name = unquote(place.path).removeprefix("/exports").strip("/")
            if f"Credential={key}/" not in self.headers.get("Authorization", ""):
                self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            elif not name:
                self._answer(200, _listing(folder, parse_qs(place.query).get("prefix", [""])[0]))
            elif (path := folder / name).is_file():
                self._answer(200, path.read_bytes(), path)
            else:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

        def _answer(self, status: int, body: bytes, path: Path | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if path:
                self.send_header("ETag", _mark(path))
                changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
                self.send_header("Last-Modified", f"{changed:%a, %d %b %Y %H:%M:%S GMT}")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _mark(path: Path) -> str:
    return f'"{hashlib.md5(path.read_bytes()).hexdigest()}"'


def _listing(folder: Path, prefix: str) -> bytes:
    found = [path for path in sorted(folder.iterdir()) if path.name.startswith(prefix.strip("/"))]
    entries = "".join(map(_entry, found))
    return (
        '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>exports</Name><IsTruncated>false</IsTruncated><KeyCount>{len(found)}</KeyCount>{entries}"
        "</ListBucketResult>"
    ).encode()


def _entry(path: Path) -> str:
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return (
        f"<Contents><Key>{escape(path.name)}</Key><Size>{path.stat().st_size}</Size>"
        f"<ETag>{escape(_mark(path))}</ETag>"
        f"<LastModified>{changed:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
    )
