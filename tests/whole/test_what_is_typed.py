"""What is typed behind ``despatch`` and ``make``: the file that is meant is found, and messages are plain."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipeline.terminal import usage
from pipeline.terminal.articles import find, find_all, find_packet
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.paths import REPOSITORY
from tests.support.quick import slow_but


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with two articles and a manifest."""
    (tmp_path / "source" / "packets").mkdir(parents=True)
    for name in ("visit-to-malta", "other"):
        (tmp_path / "source" / f"{name}.rst").write_text(HEAD + "Text.\n", encoding="utf-8")
    (tmp_path / "source" / "packets" / "summit.toml").write_text('title = "x"\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "typed",
    ["visit-to-malta", "visit-to-malta.rst", "source/visit-to-malta", "source/visit-to-malta.rst",
     "./source/visit-to-malta.rst", "build/visit-to-malta.pdf", "visit-to-malta.epub"],
)  # fmt: skip
def test_an_article_is_found(desk: Path, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.chdir(desk)
    assert find(Path(typed)).resolve() == desk / "source" / "visit-to-malta.rst"
    done = despatch("tree", typed, folder=desk)
    assert done.returncode == 0, done.stderr
    assert 'source="' in done.stdout


def test_a_manifest_is_found(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    for typed in ("summit", "summit.toml", "packets/summit.toml", "source/packets/summit"):
        assert find(Path(typed), (".toml",)) == Path("source/packets/summit.toml")


def test_a_near_miss_names_the_nearest(desk: Path) -> None:
    done = despatch("build", "visit-malta", folder=desk)
    assert done.returncode == 1
    said = "error [file-missing]: there is no such file (did you mean visit-to-malta.rst?)"
    assert f"source/visit-malta.rst: {said}" in done.stderr


OTHERS = {
    "brief.txt": "a text file, not an article: the name of an article ends in .rst, so rename",
    "brief.rst.txt": "so rename the file to brief.rst",
    "brief.TXT": "so rename the file to brief.rst",
    "brief.md": "rename it to brief.rst, and type despatch fix brief",
    "brief.docx": "a Word document, not an article: open it in Word and save its text as brief.rst",
    "my brief.docx": "pandoc 'source/my brief.docx' -o 'source/my brief.rst', then despatch fix 'my brief'",
    "brief.odt": "type pandoc source/brief.odt -o source/brief.rst, then despatch fix brief",
    "brief.pdf": 'a packet takes it as it is: pdf = "brief.pdf"',
    "brief.html": "a web page, not an article",
    "brief.csv": "show it in an article with .. csv-table::",
}


def test_each_kind_of_file_is_told_with_what_to_do(desk: Path) -> None:
    for name, said in OTHERS.items():
        (desk / "source" / name).write_text(HEAD + "Text.\n", encoding="utf-8")
        done = despatch("tree", name, folder=desk)
        assert done.returncode == 1
        assert f"source/{name}: error [file-kind]: this is " in done.stderr
        assert said in done.stderr


@pytest.mark.parametrize("name", slow_but({"brief.txt", "my brief.docx"}, OTHERS))
def test_a_file_of_another_kind_is_no_article(desk: Path, name: str) -> None:
    (desk / "source" / name).write_text(HEAD + "Text.\n", encoding="utf-8")
    for command in (
        ["build", name, "--draft"],
        ["check", name, "--no-validators"],
        ["fix", name],
        ["tree", name],
    ):
        done = despatch(*command, folder=desk)
        assert done.returncode == 1
        assert f"source/{name}: error [file-kind]: this is " in done.stderr
        assert OTHERS[name] in done.stderr
    assert "--draft builds" not in despatch("build", name, folder=desk).stderr
    assert not (desk / "build").exists()


def test_the_article_beside_a_file_of_another_kind_is_named(desk: Path) -> None:
    (desk / "source" / "other.docx").write_text("x", encoding="utf-8")
    assert (
        "the article beside it is other.rst, so name that"
        in despatch("build", "other.docx", folder=desk).stderr
    )
    assert despatch("tree", "other", folder=desk).returncode == 0


def test_a_file_of_another_kind_is_no_manifest(desk: Path) -> None:
    (desk / "paper.docx").write_text("x", encoding="utf-8")
    (desk / "paper.pdf").write_text("x", encoding="utf-8")
    done = despatch("packet", "paper.docx", folder=desk)
    assert "error [file-kind]: this is a Word document, not a manifest" in done.stderr
    done = despatch("watch", "paper.docx", folder=desk)
    assert done.returncode == 1
    assert "this is a Word document, not an article" in done.stderr


def test_a_name_without_an_ending_says_what_is_there(desk: Path) -> None:
    for written, there in (("brief", "brief.md"), ("note.rst", "note.rst.txt")):
        (desk / "source" / there).write_text("x", encoding="utf-8")
        done = despatch("build", written, folder=desk)
        assert f"there is no such file: {there} is " in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["biuld", "x"], '"biuld" is none of'),
        (["biuld", "x"], 'did you mean "build"?'),
        (["build"], "ARTICLE is missing"),
        (["build", "x", "--papre", "a4"], 'there is no --papre a4 here (did you mean "--paper"?)'),
        (["build", "x", "--to", "word"], '"word" is none of pdf, epub and both'),
        (["build", "x", "--to", "pdf,epub"], "write both"),
        (["build", "x", "--pdf"], "write --to pdf"),
        (["build", "x", "–draft"], "type --draft"),
        (
            ["build", "x", "-o", "out/x.pdf"],
            "each file is called after its source: -o out",
        ),
        (["--draft", "build", "x"], "--draft belongs behind a command"),
        (["source/x.rst"], "write despatch build source/x.rst"),
        (["p.toml"], "write despatch packet p.toml"),
        (["pdf", "x"], "write despatch build ARTICLE --to pdf"),
        (["build x"], "without quotation marks around the whole"),
        (["version"], "write despatch --version"),
        (["fix", "x", "-w"], "write --write"),
        (["build", "x", "--jobs"], "--jobs needs a value behind it"),
        (["build", "x", "--jobs", "no"], "no is not a number of 1 or more"),
        (["build", "x", "--draft=yes"], "--draft takes no value"),
        ([], "COMMAND is missing"),
        (["--versoin"], 'did you mean "--version"?'),
        (["build", "x", "PAPER=a4"], '"PAPER=a4" is what make takes: type --paper a4'),
        (["build", "article=x"], "type x"),
        (["check", "x", "--paper", "letter"], "despatch check has no --paper, for it reads what is built"),
        (["check", "x", "--paper=letter"], "build with despatch build ARTICLE --paper letter"),
        (["fix", "x", "--draft"], "despatch fix has no --draft: it is an option of despatch build"),
        (["tree", "x", "--write"], "despatch tree has no --write: it is an option of despatch fix"),
        (["build", "https://gov.mt/x.rst"], "is an address: save the file in source/"),
    ],
)
def test_a_wrong_command_is_told_plainly(tmp_path: Path, words: list[str], said: str) -> None:
    done = despatch(*words, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "usage:" not in done.stderr
    assert done.stderr.count("\n") == 1
    for own in ("invalid choice", "unrecognized", "expected one", "required:"):
        assert own not in done.stderr


def test_messages_are_those_of_argparse() -> None:
    import argparse
    import inspect

    source = inspect.getsource(argparse)
    for words in (
        "the following arguments are required: %s",
        "unrecognized arguments: %s",
        "expected one argument",
        "ignored explicit argument %r",
        "ambiguous option: %(option)s could match %(matches)s",
        "not allowed with argument %s",
        "invalid choice: %(value)r (choose from %(choices)s)",
    ):
        assert words in source, words
    assert usage.plain("unrecognized arguments: -x") == "there is no -x here"


def made(*words: str, folder: Path = REPOSITORY) -> str:
    done = subprocess.run(
        ["make", "-n", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["pdf", "x"], "build 'x' --to pdf"),
        (["pdf", "source/manual.rst"], "build 'source/manual.rst' --to pdf"),
        (["epub", "ARTICLE=x.rst"], "build 'x.rst' --to epub"),
        (["all", "x", "y"], "build 'x' 'y' --to both"),
        (["fix", "x"], "fix 'x'"),
        (["packet", "belgium"], "packet 'belgium'"),
        (["pdf"], "build source/*.rst --to pdf"),
        (["fdp"], "make help lists them"),
        (["source"], "make help lists them"),
        (["source/manual.rst"], "make help lists them"),
        (["pdf", "article=x", "paper=letter"], "build 'x' --to pdf --paper 'letter'"),
        (["pdf", "x", "draft"], "build 'x' --to pdf  --draft"),
        (["all", "draft"], "build source/*.rst --to both  --draft"),
    ],
)
def test_make_takes_the_name_of_an_article(words: list[str], command: str) -> None:
    said = made(*words)
    assert command in said
    assert "No rule" not in said
    assert "Nothing to be done" not in said


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["pdf", "x"], "build 'x' --to pdf"),
        (["all", "ARTICLE=a b"], "build 'a b'"),
        (["pdf", "article=x", "paper=a4"], "build 'x' --to pdf --paper 'a4'"),
        (["packet", "p"], "packet 'p'"),
        (["check", "MANIFEST=p"], "check  'p'"),
        (["check", "x"], "check 'x'"),
        (["pdf", "x", "draft"], "build 'x' --to pdf  --draft"),
        (["PDF", "x"], "build 'x' --to pdf"),
        (["ebook"], "--to epub"),
        (["pdf", "ebook", "x"], "build 'x' --to epub"),
        (["fdp"], "make help lists them"),
        (["source"], "make help lists them"),
    ],
)
def test_make_of_a_desk_takes_it_too(desk: Path, words: list[str], command: str) -> None:
    (desk / "Makefile").write_bytes((REPOSITORY / "pipeline/templates/Makefile").read_bytes())
    said = made(*words, folder=desk)
    assert command in said
    assert "No rule" not in said
    assert "Nothing to be done" not in said


def test_a_finished_file_is_checked_by_its_name(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "build").mkdir()
    (desk / "build" / "other.pdf").touch()
    monkeypatch.chdir(desk)
    assert find(Path("build/other.pdf")) == Path("source/other.rst")


def test_help_is_a_command_too(tmp_path: Path) -> None:
    assert "--no-attachments" in despatch("help", "build", folder=tmp_path).stdout
    assert "commands:" in despatch("help", folder=tmp_path).stdout


def test_nothing_is_mended_in_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "nothing to mend" not in despatch("fix", "x", folder=tmp_path).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["packet", "visit-to-malta"],
            "visit-to-malta.rst is an article, so type despatch build visit-to-malta",
        ),
        (["tree", "summit"], "summit.toml is a manifest, so type despatch packet summit"),
        (["cite", "refs.bbi"], "there is no such file"),
    ],
)
def test_the_other_command_is_named(desk: Path, words: list[str], said: str) -> None:
    done = despatch(*words, folder=desk)
    assert done.returncode == 1
    assert said in done.stderr
    assert "No such file" not in done.stderr


def test_an_edition_is_named_in_any_letters(desk: Path) -> None:
    done = despatch("build", "visit-malta", "--to", "PDF", folder=desk)
    assert "did you mean visit-to-malta.rst?" in done.stderr


def test_a_desk_without_the_command_is_told_what_to_type(desk: Path) -> None:
    (desk / "Makefile").write_bytes((REPOSITORY / "pipeline/templates/Makefile").read_bytes())
    done = subprocess.run(
        ["make", "pdf"],
        cwd=desk,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr.startswith("make: there is no command despatch here: pip install despatch")


def test_an_article_may_be_called_draft(desk: Path) -> None:
    (desk / "Makefile").write_bytes((REPOSITORY / "pipeline/templates/Makefile").read_bytes())
    (desk / "source" / "draft.rst").write_text(HEAD, encoding="utf-8")
    assert "build 'draft' --to pdf" in made("pdf", "draft", folder=desk)


def test_a_name_in_capitals_or_with_spaces_is_found(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    (desk / "source" / "my own article.rst").write_text(HEAD + "Text.\n", encoding="utf-8")
    (desk / "source" / "NOTE.RST").write_text(HEAD + "Text.\n", encoding="utf-8")
    for typed, name in (
        (["my", "own", "article"], "my own article.rst"),
        (["my own article"], "my own article.rst"),
        (["note"], "NOTE.RST"),
        (["VISIT-TO-MALTA"], "visit-to-malta.rst"),
        (["source\\visit-to-malta.rst"], "visit-to-malta.rst"),
    ):
        assert find_all([Path(word) for word in typed]) == [Path("source") / name]
    both = find_all([Path("other"), Path("my"), Path("own"), Path("article"), Path("absent")])
    assert [path.name for path in both] == ["other.rst", "my own article.rst", "absent.rst"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["build", "source/packets/summit.toml"],
            "this is a manifest, not an article: type despatch packet summit",
        ),
        (["build", "minutes"], "minutes.docx is a Word document, not an article: open it in Word"),
        (
            ["build", "notes"],
            "notes.md is Markdown, not an article: with pandoc, type pandoc",
        ),
        (["visit-to-malta"], "write despatch build visit-to-malta"),
        (["summit"], "write despatch packet summit"),
    ],
)
def test_what_is_no_article_is_told_with_what_to_type(desk: Path, words: list[str], said: str) -> None:
    for name in ("minutes.docx", "notes.md"):
        (desk / "source" / name).write_bytes(b"x")
    done = despatch(*words, folder=desk)
    assert done.returncode in (1, 2)
    assert said in done.stderr


def test_the_wrong_folder_is_told(tmp_path: Path) -> None:
    done = despatch("build", "malta", folder=tmp_path)
    assert "this folder has no folder source, so go to that of your desk first" in done.stderr


@pytest.mark.parametrize("template", [False, True])
def test_make_joins_a_name_with_spaces(desk: Path, template: bool) -> None:
    folder = desk if template else REPOSITORY
    if template:
        (desk / "Makefile").write_bytes((REPOSITORY / "pipeline/templates/Makefile").read_bytes())
    assert "No rule" not in made("pdf", "my article", folder=folder)
    assert "type make pdf manual without quotation marks" in made("pdf manual", folder=folder)


def test_an_edition_beside_its_article_does_not_hide_it(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    made = desk / "source" / "build" / "other.pdf"
    made.parent.mkdir()
    made.write_bytes(b"%PDF-1.7")
    assert find(Path("build/other.pdf")) == Path("source/other.rst")


def test_two_names_in_one_word_are_two_articles(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    (desk / "source" / "visit note.rst").write_text(HEAD + "Text.\n", encoding="utf-8")
    both = [Path("source/other.rst"), Path("source/visit-to-malta.rst")]
    assert find_all([Path("other visit-to-malta")]) == both
    assert find_all([Path("visit note")]) == [Path("source/visit note.rst")]
    assert find_all([Path("other visit note")]) == [both[0], Path("source/visit note.rst")]
    assert find_all([Path("other nothing")]) == [Path("source/other nothing.rst")]


def test_an_article_in_a_folder_is_found_by_its_name(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    folder = desk / "source" / "Länder é"
    folder.mkdir()
    (folder / "bericht.rst").write_text(HEAD + "Text.\n", encoding="utf-8")
    assert find(Path("bericht")) == Path("source/Länder é/bericht.rst")
    (desk / "source" / "packets" / "bericht.rst").write_text(HEAD + "Text.\n", encoding="utf-8")
    assert not find(Path("bericht")).is_file()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["packet", "sumit"], "there is no such file (did you mean summit.toml?)"),
        (["tree", "C:\\desk\\note.rst"], "a path of Windows; in WSL it is /mnt/c/desk/note.rst"),
        (["tree", "pdf"], "an edition is named with --to pdf, or make pdf"),
        (["tree", "theme.css"], "this is a style sheet, not an article"),
        (["watch", "other", "--port", "99999"], "--port: 99999 is not a number of 0 to 65535"),
        (["build", "other", "--to", "ebook"], '"ebook" is none of pdf, epub and both: write epub'),
    ],
)
def test_what_is_nearly_right_is_answered(desk: Path, typed: list[str], said: str) -> None:
    (desk / "source" / "theme.css").write_text("p { margin: 0; }\n", encoding="utf-8")
    done = despatch(*typed, folder=desk)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_packet_is_found_by_its_folder_and_its_name(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    packet = Path("build/summit/summit.pdf")
    (desk / packet).parent.mkdir(parents=True)
    (desk / packet).write_bytes(b"%PDF-1.7")
    for typed in ("summit", "build/summit", "build/summit/", "summit.pdf", "build/summit/summit.pdf"):
        assert find_packet(Path(typed)) == packet
    assert find_packet(Path("other")) == Path("other")
