"""The server of ``despatch watch`` gives what was built, to whoever knows the address, and nothing else."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.watch.opening import Place, editor, open_place, place_at
from pipeline.watch.pictures import Page
from pipeline.watch.preview import DARK, Chapter, Preview
from pipeline.watch.server import Shown, State, listen, make_server, secret

FILES = {
    "EPUB/a.xhtml": b"<html><body>Text</body></html>",
    "EPUB/style.css": b"@media (%s) { p { color: red } }" % DARK.encode(),
}
PLACES = (
    Place((0.1, 0.1, 0.9, 0.9), Path("/desk/a.rst"), "a.rst", 7),
    Place((0.5, 0.2, 0.9, 0.4), Path("/desk/{line} b.rst"), "{line} b.rst", 3),
)
PREVIEW = Preview((Page("0a", 9, 12),), (Chapter("EPUB/a.xhtml", "A", "k"),), FILES, (PLACES,))
Answer = tuple[int, dict[str, str], bytes]
Ask = Callable[..., Answer]
NAMES = ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", "", "[::1]:{port}"]


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """What is served: one page, an ebook of two files."""
    (tmp_path / "pages").mkdir()
    for name in ("0a", "0b"):
        (tmp_path / "pages" / f"{name}.jpg").write_bytes(name.encode())
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    shown = Shown(tmp_path / "pages")
    shown.put(State("a", preview=PREVIEW))
    return shown


@pytest.fixture
def place(shown: Shown) -> Iterator[tuple[int, str]]:
    """Port and key of a server that is running."""
    socket, key = listen(), secret()
    server = make_server(socket, key, shown)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield socket.getsockname()[1], key
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(place: tuple[int, str]) -> Ask:
    """Ask the server for an address below its key, letter by letter."""
    port, key = place

    def get(path: str, *, host: str | None = None, method: str = "GET", key: str = key) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest(method, f"/{key}/{path}", skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    return get


def test_what_was_built_is_there(ask: Ask) -> None:
    for path, kind in {
        "": "text/html; charset=utf-8",
        "page.js": "text/javascript; charset=utf-8",
        "page.css": "text/css; charset=utf-8",
        "pages/0a.jpg": "image/jpeg",
        "book/light/EPUB/a.xhtml": "application/xhtml+xml",
    }.items():
        code, headers, data = ask(path)
        assert (code, headers["Content-Type"]) == (200, kind), path
        assert data


def test_a_click_names_the_line_that_stands_there(ask: Ask) -> None:
    for point, place in {
        (0.2, 0.3): "a.rst:7",
        (0.6, 0.3): "{line} b.rst:3",
        (0.2, 0.93): "a.rst:7",
        (0.2, 0.99): None,
    }.items():
        code, headers, data = ask(f"at?page=0&x={point[0]}&y={point[1]}", method="POST")
        assert (code, headers["Content-Type"]) == (200, "application/json")
        assert json.loads(data) == {"place": place, "opened": False}, point


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("page=1&x=0&y=0", 200),
        ("page=-1&x=0&y=0", 200),
        ("page=0&x=nan&y=nan", 200),
        ("page=0&x=0", 404),
        ("page=0&x=a&y=0", 404),
        ("", 404),
        ("file=/etc/passwd", 404),
    ],
)
def test_a_question_for_no_place_opens_nothing(ask: Ask, query: str, code: int) -> None:
    answer = ask(f"at?{query}", method="POST")
    assert answer[0] == code
    assert code != 200 or json.loads(answer[2]) == {"place": None, "opened": False}


def test_a_click_is_heard_from_the_page_alone(ask: Ask) -> None:
    query = "at?page=0&x=0.2&y=0.3"
    assert ask(query)[0] == 404
    assert ask(query, method="POST", key="other")[0] == 404
    assert ask(query, method="POST", host="evil.example")[0] == 403


def test_the_editor_gets_file_and_line_as_they_are(tmp_path: Path) -> None:
    """No shell reads them, and a name with signs for file or line in it is a name."""
    out = tmp_path / "out"
    program = tmp_path / "edit"
    program.write_text(f'#!/bin/sh\nfor word; do echo "$word"; done >{out}.part\nmv {out}.part {out}\n')
    program.chmod(0o755)
    assert open_place(editor(f"{program} -g '{{file}}:{{line}}' $HOME"), PLACES[1])
    for _ in range(200):
        if out.is_file():
            break
        time.sleep(0.02)
    assert out.read_text() == "-g\n/desk/{line} b.rst:3\n$HOME\n"
    program.unlink()
    assert not open_place([str(program), "{file}"], PLACES[1])
    assert place_at((), 0, 0) is None


def test_dark_mode_is_the_switchs_and_not_the_browsers(ask: Ask) -> None:
    assert b"(min-width: 0)" in ask("book/dark/EPUB/style.css")[2]
    assert b"(max-width: 0)" in ask("book/light/EPUB/style.css")[2]


@pytest.mark.parametrize(
    "path",
    [
        "pages/0b.jpg", "pages/../secret.jpg", "pages/..%2fsecret.jpg", "../page.js", "server.py", "x",
        "page.html", "book/light/../../server.py", "book/light//etc/passwd", "book/blue/EPUB/a.xhtml",
    ],
)  # fmt: skip
def test_nothing_else_is(ask: Ask, path: str) -> None:
    code, _, data = ask(path)
    assert (code, data) == (404, b"")


def test_without_the_key_there_is_nothing(ask: Ask) -> None:
    for key in ("", "wrong", "%C3%A9"):
        assert ask("", key=key)[0] == 404


@pytest.mark.parametrize("host", NAMES)
def test_another_name_of_the_computer_is_refused(ask: Ask, place: tuple[int, str], host: str) -> None:
    assert ask("", host=host.format(port=place[0]) or " ")[0] == 403
    assert ask("", host=f"localhost:{place[0]}")[0] == 200


def test_it_answers_and_takes_nothing(ask: Ask) -> None:
    assert ask("", method="PUT")[0] == 501
    assert [ask(path, method="POST")[0] for path in ("", "events", "page.js")] == [404, 404, 404]
    for path in ("", "book/light/EPUB/a.xhtml"):
        policy = ask(path)[1]["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert ("sandbox" in policy) == path.startswith("book")
        assert "unsafe-eval" not in policy


def test_only_this_computer_is_answered() -> None:
    with listen() as socket:
        assert socket.getsockname()[0] == "127.0.0.1"


def test_states_are_told_as_they_come(place: tuple[int, str], shown: Shown) -> None:
    port, key = place
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/{key}/events")
    answer = connection.getresponse()

    def told() -> dict[str, object]:
        line = answer.readline()
        assert answer.readline() == b"\n"
        state: dict[str, object] = json.loads(line.removeprefix(b"data: "))
        return state

    first = told()
    assert first["preview"] == {
        "pages": [{"key": "0a", "width": 9, "height": 12}],
        "chapters": [{"name": "EPUB/a.xhtml", "title": "A", "key": "k"}],
        "files": {},
    }
    shown.put(State("a", failed=True, findings=(("error", "a.rst:3", "wrong"),)))
    second = told()
    assert (second["failed"], second["findings"]) == (True, [["error", "a.rst:3", "wrong"]])
    assert shown.state.preview.files == FILES  # those of the last good build are still served
    connection.close()


def test_pictures_of_the_builds_before_are_served_for_a_while(shown: Shown) -> None:
    for _ in range(11):  # of about four builds
        shown.put(State("a", preview=Preview((Page("0b", 1, 1),))))
    assert shown.file("pages/0a.jpg") is not None
    shown.put(State("a", preview=Preview((Page("0b", 1, 1),))))
    assert shown.file("pages/0a.jpg") is None
