"""The page in the browser: a server for this computer alone, of what was built and nothing else.

It answers on 127.0.0.1 below a path that nobody can guess: other users of the computer, and pages of other
sites that the browser has open, know neither. A name other than that of this computer in the ``Host`` header
is refused, so that no other site can have its name lead here (DNS rebinding). No address becomes a path of a
file: what there is stands in tables.
"""

from __future__ import annotations

import json
import mimetypes
import secrets
import signal
import socket
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.watch.opening import open_place, place_at
from pipeline.watch.preview import DARK, Preview

_HERE: Final = Path(__file__).parent
_OWN: Final = {"": "page.html", "page.css": "page.css", "page.js": "page.js"}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_BOOK_POLICY: Final = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; media-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_SCHEMES: Final = {"dark": b"min-width: 0", "light": b"max-width: 0"}
"""What stands in the place of `DARK` in an ebook's files, whatever the browser itself prefers."""
_KEPT: Final = 12
"""So many states back the pictures of pages are still served: a browser may be about to ask for one."""
_BEAT: Final = 15.0
"""Seconds after which a browser that has nothing to be told gets a sign of life."""


@dataclass(frozen=True)
class State:
    """What the browser is told.

    :param name: of the article or the packet.
    :param build: the number of the build that is shown, or under way.
    :param busy: whether it is under way.
    :param failed: whether the last build has come to nothing: what is shown is older.
    :param findings: place and words of each.
    """

    name: str = ""
    build: int = 0
    busy: bool = False
    failed: bool = False
    findings: tuple[tuple[str, str, str], ...] = ()
    preview: Preview = field(default_factory=Preview)
    version: int = 0

    def message(self) -> bytes:
        """The state as an event (HTML Standard, 9.2)."""
        told = asdict(replace(self, preview=Preview(self.preview.pages, self.preview.chapters)))
        del told["preview"]["places"]
        return f"data: {json.dumps(told)}\n\n".encode()


class Shown:
    """What is served at a moment; the threads of the server read it.

    :param pictures: folder with the pictures of the pages.
    """

    def __init__(self, pictures: Path) -> None:
        self.pictures = pictures
        self.changed = threading.Condition()
        self.state = State()
        self.keys: list[set[str]] = []

    def put(self, state: State) -> None:
        """Show a state from now on; one that brings no files of the ebook has those of the last."""
        with self.changed:
            if not state.preview.files:
                files = self.state.preview.files
                state = replace(state, preview=replace(state.preview, files=files))
            self.keys = [*self.keys, {page.key for page in state.preview.pages}][-_KEPT:]
            self.state = replace(state, version=self.state.version + 1)
            self.changed.notify_all()

    def after(self, version: int) -> State | None:
        """The next state after a version, as soon as there is one; ``None`` when none has come for long."""
        with self.changed:
            self.changed.wait_for(lambda: self.state.version > version, _BEAT)
            return self.state if self.state.version > version else None

    def file(self, path: str) -> tuple[bytes, str, str] | None:
        """The bytes for an address, their media type and their policy; ``None`` where there is nothing."""
        if path in _OWN:
            name = _OWN[path]
            return (_HERE / name).read_bytes(), _media_type(name), _POLICY
        kind, _, rest = path.partition("/")
        if kind == "pages" and any(rest.removesuffix(".jpg") in keys for keys in self.keys):
            return (self.pictures / f"{rest.removesuffix('.jpg')}.jpg").read_bytes(), "image/jpeg", _POLICY
        scheme, _, name = rest.partition("/")
        data = self.state.preview.files.get(name)
        if kind != "book" or scheme not in _SCHEMES or data is None:
            return None
        if name.endswith((".xhtml", ".css")):
            data = data.replace(DARK.encode(), _SCHEMES[scheme])
        return data, _media_type(name), _BOOK_POLICY

    def opened(
        self, asked: Mapping[str, list[str]], editor: list[str] | None
    ) -> tuple[bytes, str, str] | None:
        """Open what stands at a point of a page, and say what it is; ``None`` where the question is none.

        :param asked: page (from 0), x and y (as parts of the page). Nothing else of it reaches the editor.
        """
        try:
            page, x, y = int(asked["page"][0]), float(asked["x"][0]), float(asked["y"][0])
        except (KeyError, ValueError):
            return None
        places = self.state.preview.places
        place = place_at(places[page], x, y) if 0 <= page < len(places) else None
        answer: dict[str, Any] = {"place": None if place is None else f"{place.name}:{place.line}"}
        answer["opened"] = bool(place is not None and editor is not None and open_place(editor, place))
        return json.dumps(answer).encode(), "application/json", _POLICY


def _media_type(name: str) -> str:
    if name.endswith(".xhtml"):
        return "application/xhtml+xml"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def secret() -> str:
    """The first part of every address: who does not know it gets nothing."""
    return secrets.token_urlsafe(12)


def listen(port: int = 0) -> socket.socket:
    """An open socket of this computer, at which the server will answer.

    :param port: 0 for one that is free.
    :raises OSError: when something else answers there.
    """
    return socket.create_server(("127.0.0.1", port))


def serve(
    place: socket.socket, key: str, pictures: Path, states: Connection, editor: list[str] | None = None
) -> None:
    """Answer until nobody sends states any more. It has a process of its own: it has threads, and what builds
    is forked from one that has none.

    :param place: of `listen`.
    :param key: of `secret`.
    :param states: brings what is to be shown.
    :param editor: the command that opens a line of the source, if there is one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and ends, and this ends with it
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    shown = Shown(pictures)
    server = make_server(place, key, shown, editor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        while True:
            shown.put(states.recv())
    except (EOFError, OSError):
        pass


def make_server(
    place: socket.socket, key: str, shown: Shown, editor: list[str] | None = None
) -> ThreadingHTTPServer:
    """The server, which has not begun yet; parameters as for `serve`."""
    port = place.getsockname()[1]
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    class Handler(BaseHTTPRequestHandler):
        """Answers GET; and POST, which says where on a page was clicked."""

        protocol_version = "HTTP/1.1"
        server_version = "despatch"
        sys_version = ""

        def do_GET(self) -> None:
            """One answer, or a stream of events."""
            path = self._asked()
            if path == "events":
                self._events()
            elif path is not None:
                self._give(shown.file(path))

        def do_POST(self) -> None:
            """The place of a click, which is opened in the editor."""
            path = self._asked()
            if path is not None:
                self._give(
                    shown.opened(parse_qs(urlsplit(self.path).query), editor) if path == "at" else None
                )

        def _asked(self) -> str | None:
            """The path behind the secret; who does not know it, or comes by another name, is answered."""
            if self.headers.get("Host") not in hosts:
                self._answer(403, b"", "text/plain", _POLICY)
                return None
            first, _, path = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
            if secrets.compare_digest(first.encode(), key.encode()):
                return path
            self._answer(404, b"", "text/plain", _POLICY)
            return None

        def _give(self, found: tuple[bytes, str, str] | None) -> None:
            self._answer(*((404, b"", "text/plain", _POLICY) if found is None else (200, *found)))

        def _answer(self, code: int, data: bytes, kind: str, policy: str) -> None:
            self.send_response(code)
            self._headers({"Content-Type": kind, "Content-Length": str(len(data))}, policy)
            self.wfile.write(data)

        def _headers(self, more: Mapping[str, str], policy: str) -> None:
            safe = {
                "Content-Security-Policy": policy,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cache-Control": "no-store",
            }
            for name, value in {**more, **safe}.items():
                self.send_header(name, value)
            self.end_headers()

        def _events(self) -> None:
            self.send_response(200)
            self._headers({"Content-Type": "text/event-stream", "Connection": "close"}, _POLICY)
            self.close_connection = True
            version = 0
            while True:
                state = shown.after(version)
                self.wfile.write(b": \n\n" if state is None else state.message())
                version = version if state is None else state.version

        def log_message(self, *_: Any) -> None:
            """Nothing: findings are what a terminal is for."""

    class Server(ThreadingHTTPServer):
        """Ends with the process, whatever a browser is still waiting for."""

        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A browser that has gone is no fault."""

    server = Server(("127.0.0.1", port), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = place
    server.server_address = place.getsockname()
    return server
