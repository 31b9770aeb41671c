"""What the typesetter may read: files below the folders that are mounted, and nothing else, by any road."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import styles
from pipeline.cli import main
from tests.support.articles import HEAD, Editions
from tests.support.paths import REPOSITORY
from tests.support.readback import PdfFile

BASE = "https://despatch.invalid/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The mounted folder; beside it lies what must not be read."""
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    for path in (folder / "a.png", folder / "a b.png", folder / "größe.gif", folder / "deep" / "c.css"):
        path.write_bytes(path.name.encode())
    (folder / "100%.png").write_bytes(b"percent")
    (folder / "%2e%2e").mkdir()
    (folder / "%2e%2e" / "d.png").write_bytes(b"a folder of that name")
    (tmp_path / "secret.png").write_bytes(b"SECRET")
    (tmp_path / "source-too").mkdir()
    (tmp_path / "source-too" / "secret.png").write_bytes(b"SECRET")
    return folder


def fetching(**mounts: Path) -> Any:
    """A fetcher with these mounts. WeasyPrint must not be imported before the fonts are set up."""
    from pipeline.files.cache import folder
    from pipeline.write.engine import fonts

    fonts.configure(folder())
    from pipeline.write.engine.fetch import RootedFetcher

    return RootedFetcher({name: [path] for name, path in mounts.items()})


@pytest.fixture
def fetcher(root: Path) -> Any:
    return fetching(source=root)


def read(fetcher: Any, address: str) -> bytes:
    response = fetcher.fetch(address)
    data: bytes = response.read()
    return data


def refused(fetcher: Any, address: str) -> None:
    from weasyprint.urls import URLFetchingError

    with pytest.raises(URLFetchingError):
        fetcher.fetch(address)
    assert fetcher.refused == [address]


# What is served ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("source/a.png", b"a.png"),
        ("source/deep/c.css", b"c.css"),
        ("source/a%20b.png", b"a b.png"),
        ("source/gr%C3%B6%C3%9Fe.gif", "größe.gif".encode()),
        ("source/größe.gif", "größe.gif".encode()),
        ("source/100%25.png", b"percent"),
        ("source/%252e%252e/d.png", b"a folder of that name"),
        ("source/deep/../a.png", b"a.png"),
        ("source/./a.png", b"a.png"),
        ("source/a.png?query=1", b"a.png"),
        ("source/a.png#part", b"a.png"),
    ],
)
def test_a_file_below_the_folder_is_served(fetcher: Any, address: str, data: bytes) -> None:
    assert read(fetcher, BASE + address) == data
    assert fetcher.refused == []


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "image/png"), ("größe.gif", "image/gif"), ("deep/c.css", "text/css")]
)
def test_a_file_has_its_media_type(fetcher: Any, name: str, kind: str) -> None:
    assert fetcher.fetch(f"{BASE}source/{name}").content_type == kind


def test_a_response_names_no_path_that_could_be_opened_again(fetcher: Any) -> None:
    assert fetcher.fetch(f"{BASE}source/a.png").path is None


def test_a_link_that_stays_inside_is_followed(fetcher: Any, root: Path) -> None:
    (root / "link.png").symlink_to("deep/../a.png")
    assert read(fetcher, f"{BASE}source/link.png") == b"a.png"


def test_a_folder_may_be_mounted_by_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "by-link").symlink_to(root)
    assert read(fetching(source=tmp_path / "by-link"), f"{BASE}source/a.png") == b"a.png"


# What is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(BASE + "source/../secret.png", id="parent"),
        pytest.param(BASE + "source/deep/../../secret.png", id="parent's parent"),
        pytest.param(BASE + "source/%2e%2e/secret.png", id="encoded"),
        pytest.param(BASE + "source/%2E%2E%2Fsecret.png", id="encoded with the slash"),
        pytest.param(BASE + "source/..%2fsecret.png", id="encoded slash"),
        pytest.param(BASE + "source/%252e%252e/secret.png", id="encoded twice"),
        pytest.param(BASE + "source/%252e%252e%252fsecret.png", id="encoded twice with the slash"),
        pytest.param(BASE + "source/..;/secret.png", id="semicolon"),
        pytest.param(BASE + "source/..\\secret.png", id="backslash"),
        pytest.param(BASE + "source//etc/passwd", id="absolute below the mount"),
        pytest.param(BASE + "source/%2fetc/passwd", id="absolute, encoded"),
        pytest.param(BASE + "/etc/passwd", id="absolute"),
        pytest.param(BASE + "../../etc/passwd", id="no mount, parent"),
        pytest.param(BASE + "source/../source-too/secret.png", id="a neighbour of the same beginning"),
        pytest.param(BASE + "other/a.png", id="no such mount"),
        pytest.param(BASE + "Source/a.png", id="a mount in other letters"),
        pytest.param(BASE + "%2e%2e/a.png", id="parent as a mount"),
        pytest.param(BASE, id="nothing"),
        pytest.param(BASE + "source", id="a mount"),
        pytest.param(BASE + "source/", id="the folder"),
        pytest.param(BASE + "source/deep", id="a folder in it"),
        pytest.param(BASE + "source/none.png", id="no such file"),
        pytest.param(BASE + "source/a.png/b", id="below a file"),
        pytest.param(BASE + "source/a.png%00.txt", id="NUL"),
        pytest.param(BASE + "source/" + "n" * 5000, id="a name too long"),
        pytest.param(BASE.replace("https", "http") + "source/a.png", id="the base without s"),
        pytest.param(BASE.replace("//", "//user@") + "source/a.png", id="the base with a user"),
        pytest.param(BASE[:-1] + ":443/source/a.png", id="the base with a port"),
        pytest.param(BASE[:-1] + ".example/source/a.png", id="a host that begins like the base"),
        pytest.param("https://example.org/a.png", id="https"),
        pytest.param("http://127.0.0.1:9/a.png", id="http"),
        pytest.param("ftp://example.org/a.png", id="ftp"),
        pytest.param("//example.org/a.png", id="no scheme"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("FILE:///etc/passwd", id="FILE"),
        pytest.param("file:/etc/passwd", id="file with one slash"),
        pytest.param("data:text/plain,SECRET", id="data"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("a.png", id="relative"),
        pytest.param("/etc/passwd", id="a path"),
        pytest.param("", id="empty"),
    ],
)
def test_an_address_is_refused(fetcher: Any, address: str) -> None:
    refused(fetcher, address)


@pytest.mark.parametrize("target", ["../secret.png", "/etc/passwd", "../source-too/secret.png"])
def test_a_link_that_leads_out_is_refused(fetcher: Any, root: Path, target: str) -> None:
    (root / "link.png").symlink_to(target)
    refused(fetcher, f"{BASE}source/link.png")


def test_a_folder_that_is_a_link_leading_out_is_refused(fetcher: Any, root: Path) -> None:
    (root / "out").symlink_to("..")
    refused(fetcher, f"{BASE}source/out/secret.png")


def test_a_link_that_is_swapped_in_at_the_last_moment_is_refused(
    fetcher: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the check of the path and the opening of the file, the file becomes a link that leads out."""
    opened = os.open

    def swap(path: Any, *arguments: Any) -> int:
        if Path(path).name == "a.png":
            (root / "a.png").unlink()
            (root / "a.png").symlink_to(tmp_path / "secret.png")
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", swap)
    refused(fetcher, f"{BASE}source/a.png")


def test_a_folder_that_becomes_a_link_at_the_last_moment_is_refused(
    fetcher: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "deep" / "secret.png").write_bytes(b"harmless")
    opened = os.open

    def swap(path: Any, *arguments: Any) -> int:
        if Path(path).name == "secret.png":
            (root / "deep").rename(root / "gone")
            (root / "deep").symlink_to(tmp_path)
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", swap)
    refused(fetcher, f"{BASE}source/deep/secret.png")


def test_a_pipe_is_refused_at_once(fetcher: Any, root: Path) -> None:
    os.mkfifo(root / "pipe.png")
    refused(fetcher, f"{BASE}source/pipe.png")


def test_a_socket_is_refused(fetcher: Any, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.png")
        assert stat.S_ISSOCK((root / "s.png").stat().st_mode)
        refused(fetcher, f"{BASE}source/s.png")


def test_a_device_is_refused() -> None:
    refused(fetching(source=Path("/dev")), f"{BASE}source/zero")


def test_a_huge_file_is_refused(fetcher: Any, root: Path) -> None:
    from pipeline.files.confined import MAX_SIZE

    with (root / "huge.png").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    refused(fetcher, f"{BASE}source/huge.png")


def test_nothing_is_asked_of_a_network(fetcher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    refused(fetcher, "https://example.org/a.png")


# Through the whole command -------------------------------------------------------------------------------


def test_style_sheets_are_all_there_is_below_their_mount() -> None:
    fetcher = fetching(styles=styles.BUILT_IN)
    assert read(fetcher, f"{BASE}styles/theme.css") == (REPOSITORY / "styles" / "theme.css").read_bytes()
    refused(fetcher, f"{BASE}styles/../pyproject.toml")


def test_images_of_all_kinds_and_names_are_in_print(kitchen: Editions) -> None:
    assert kitchen.result.findings == []
    images = [item for item in kitchen.pdf.pike.objects if is_image(item)]
    assert sorted(int(image.Width) for image in images) == [40, 40]
    assert drawn_curves(kitchen.pdf)


def is_image(item: Any) -> bool:
    import pikepdf

    return isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"


def drawn_curves(pdf: PdfFile) -> bool:
    """Whether a curve is drawn on a page, or in a form that it shows: here, only the circle can be."""
    return any(line.rstrip().endswith(b" c") for line in pdf.decoded.splitlines())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../secret.png", id="parent"),
        pytest.param("%2e%2e/secret.png", id="encoded"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("https://example.org/a.png", id="https"),
        pytest.param("//example.org/a.png", id="no scheme"),
        pytest.param("link.png", id="a link that leads out"),
        pytest.param("out/secret.png", id="a folder that leads out"),
        pytest.param("data:image/png;base64,AAAA", id="data"),
    ],
)
def test_an_image_from_outside_is_an_error_on_its_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (root / "link.png").symlink_to("../secret.png")
    (root / "out").symlink_to("..")
    (root / "article.rst").write_text(f"{HEAD}Text.\n\n.. image:: {name}\n   :alt: x\n")
    monkeypatch.chdir(root)
    assert main(["build", "article.rst"]) == 1
    assert capsys.readouterr().err.startswith("article.rst:9: error [image-outside]: ")
    assert not (root / "build").exists()


def test_an_image_may_lie_in_a_folder_beside_that_of_the_article(
    finished: Callable[..., Any], pictures: dict[str, bytes]
) -> None:
    from pipeline.build import Order, build_one

    result = finished("Text.\n\n.. image:: größe/bild.jpg\n   :alt: x\n", pictures)
    source = result.article.parent
    (source / "articles").mkdir(exist_ok=True)
    path = source / "articles" / "other.rst"
    path.write_text(HEAD + "Text.\n\n.. image:: ../größe/bild.jpg\n   :alt: x\n")
    made = build_one(path, Order(folder=source / "build"))
    assert made.findings == []
    assert len(made.outputs) == 2
