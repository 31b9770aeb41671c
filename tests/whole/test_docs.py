"""README and manual tell the truth: what they name exists, what exists they name, what they show works."""

from __future__ import annotations

import re
import shlex
import shutil
from functools import cache
from pathlib import Path

import pytest
from docutils import nodes

from pipeline import __version__, cli, styles
from pipeline.build import Order, build_one
from pipeline.desk import Desk, at
from pipeline.findings import CODES, Finding
from pipeline.packet.manifest import schema
from pipeline.packet.manifest.reader import read_manifest
from pipeline.read.input.conditions import PacketVersion
from pipeline.read.reader import parse_text, read
from pipeline.tree import contract
from pipeline.tree.infobox_types import infobox_types, load_type
from pipeline.tree.labels import labels_for
from pipeline.tree.metadata import CHOICES, FIELDS
from tests.support.articles import HEAD
from tests.support.imports import FOLDERS, PACKAGE, folder_imports, part_imports
from tests.support.paths import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
MANUAL = (REPOSITORY / "source" / "manual.rst").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
"""The code blocks of the README: language and text."""


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


@cache
def manual() -> nodes.document:
    article, findings = read(REPOSITORY / "source" / "manual.rst")
    assert not findings
    assert article is not None
    return article.document


def manual_blocks(language: str) -> list[str]:
    return [
        str(block.astext()) for block in manual().findall(nodes.literal_block) if language in block["classes"]
    ]


def commands() -> dict[str, list[str]]:
    """The option strings of each command of the program."""
    parser = cli._parser()
    (action,) = (action for action in parser._actions if hasattr(action, "choices") and action.choices)
    assert isinstance(action.choices, dict)
    return {
        name: [option for argument in command._actions for option in argument.option_strings]
        for name, command in action.choices.items()
    }


def targets() -> list[str]:
    return re.findall(r"^([a-z-]+):.*?##", MAKEFILE, re.MULTILINE)


def spans() -> list[str]:
    """What stands in backquotes, in README and manual."""
    readme: list[str] = re.findall(r"`+([^`]+)`+", README)
    return readme + [node.astext() for node in manual().findall(nodes.literal)]


def named(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


# What exists is named ---------------------------------------------------------------------------------------


def test_manual_explains_each_code_once_and_no_other() -> None:
    heads = [row for row in manual().findall(nodes.row) if row[0].astext() == "Code"]
    rows = [row for head in heads for row in head.parent.parent.findall(nodes.row) if row not in heads]
    assert sorted(row[0].astext() for row in rows) == sorted(CODES)
    assert [row[0].astext() for row in rows if not all(entry.astext().strip() for entry in row)] == []
    warned = {row[0].astext() for row in rows if row[1].astext().startswith("Warning.")}
    assert warned == {code for code in CODES if CODES[code][0].value == "warning"}


def test_fields_of_the_metadata() -> None:
    explained = {row[0].astext() for row in manual().findall(nodes.row)}
    assert [field for field in FIELDS if f":{field}:" not in explained or f"`{field}`" not in README] == []


def test_values_of_fields() -> None:
    values = sorted({value for words in CHOICES.values() for value in words})
    assert [value for value in values if f"``{value}``" not in MANUAL or f"`{value}`" not in README] == []


@pytest.mark.parametrize("name", infobox_types())
def test_infobox_types_and_their_fields(name: str) -> None:
    for text in (README, MANUAL):
        assert f"`{name}`" in text
        missing = [field for field in load_type(name).fields if not named(field, text)]
        assert not missing


@pytest.mark.parametrize("paper", styles.papers())
def test_paper_sizes(paper: str) -> None:
    assert f"`{paper}`" in README
    assert f"``{paper}``" in MANUAL


def test_commands_and_options() -> None:
    for name, options in commands().items():
        for text in (README, MANUAL):
            assert f"despatch {name}" in text
            for option in {*options} - {"-h", "--help"}:
                assert named(option, text), f"{name} {option}"


def test_no_text_has_the_signs_of_a_merge() -> None:
    texts = [
        REPOSITORY / "README.md",
        REPOSITORY / "Makefile",
        *sorted((REPOSITORY / "source").rglob("*.rst")),
    ]
    signs = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    assert [path.name for path in texts if signs.search(path.read_text(encoding="utf-8"))] == []


def test_make_targets() -> None:
    assert [target for target in targets() if f"`make {target}`" not in README] == []


def test_style_sheets() -> None:
    for path in styles.BUILT_IN.glob("*.*"):
        assert f"(styles/{path.name})" in README
        assert f"styles/{path.name}" in MANUAL


def test_modules_and_what_they_import() -> None:
    rows = re.findall(r"^\| (\[pipeline/.+?) \| .+? \| (.+?) \|$", README, re.MULTILINE)
    listed = {}
    for cell, others in rows:
        parts = [name.removesuffix(".py").strip("/") for name in re.findall(r"\[pipeline/(.+?)\]", cell)]
        listed.update(dict.fromkeys(parts, set(others.split(", ")) - {"nothing"}))
    there = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith(("_", "."))}
    assert set(listed) == there
    imports = part_imports()
    assert listed == {part: imports.get(part, set()) for part in there}


def test_languages_of_the_labels() -> None:
    names = {
        "en": "English", "fr": "French", "de": "German", "nl": "Dutch", "es": "Spanish", "it": "Italian",
        "pt": "Portuguese", "sq": "Albanian", "ar": "Arabic", "cs": "Czech", "da": "Danish", "el": "Greek",
        "fi": "Finnish", "ja": "Japanese", "ko": "Korean", "nb": "Norwegian", "pl": "Polish", "ru": "Russian",
        "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese", "zh-hant": "Chinese",
        "hu": "Hungarian", "ro": "Romanian", "bg": "Bulgarian", "hr": "Croatian", "sk": "Slovak",
        "sl": "Slovenian",
        "et": "Estonian", "lv": "Latvian", "lt": "Lithuanian", "sr": "Serbian", "sr-latn": "Serbian",
        "he": "Hebrew", "fa": "Persian", "hi": "Hindi", "id": "Indonesian",
    }  # fmt: skip
    assert set(styles.data("labels")) == set(names)
    for name in names.values():
        assert name in MANUAL


def test_contract_has_as_many_clauses_as_the_checker() -> None:
    sections = manual().findall(nodes.section)
    (section,) = (node for node in sections if "intermediate tree" in node[0].astext())
    clauses = list(section.findall(nodes.enumerated_list))[-1]
    checked = re.findall(r'f?["\'](\d): ', Path(contract.__file__).read_text(encoding="utf-8"))
    assert len(clauses) == 7
    assert {int(number) for number in checked} == set(range(1, 8))


# The architecture article -----------------------------------------------------------------------------------


@cache
def architecture() -> nodes.document:
    article, findings = read(REPOSITORY / "source" / "architecture.rst")
    assert not findings
    assert article is not None
    return article.document


def section_of(document: nodes.document, title: str) -> nodes.section:
    (section,) = (node for node in document.findall(nodes.section) if node[0].astext() == title)
    return section


def told() -> list[str]:
    """The folders and modules that have a paragraph in the article, in their order."""
    items = section_of(architecture(), "The folders").findall(nodes.definition_list_item)
    terms = (term for item in items for term in item.children if isinstance(term, nodes.term))
    return [name.astext() for term in terms for name in term.findall(nodes.literal)]


def test_each_folder_has_its_paragraph() -> None:
    folders = {path.relative_to(PACKAGE).as_posix() for path in FOLDERS} - {"."}
    modules = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("_")}
    assert sorted(told()) == sorted(folders | modules)


def test_folders_stand_in_the_order_in_which_they_import() -> None:
    places = {name.removesuffix(".py"): number for number, name in enumerate(told())}

    def place(name: str) -> int:
        return places.get(name.removeprefix("pipeline.").replace(".", "/"), -1)

    back = [
        f"{one} imports {two}, which stands below it"
        for one, others in folder_imports().items()
        for two in others
        if not one.startswith(f"{two}.") and not two.startswith(f"{one}.") and 0 <= place(one) < place(two)
    ]
    assert back == []


def test_the_ten_changes_name_files_that_are_there() -> None:
    (table,) = section_of(architecture(), "Where do I change …").findall(nodes.tbody)
    assert len(table.children) == 10
    names = [node.astext() for node in table.findall(nodes.literal)]
    paths = [name for name in names if re.fullmatch(r"[\w./-]+/[\w./-]+|\w+\.py", name)]
    assert len(paths) > 15
    assert [name for name in paths if not any((root / name).exists() for root in (PACKAGE, REPOSITORY))] == []


def test_the_glossary_is_in_alphabetical_order() -> None:
    terms = [node.astext() for node in section_of(architecture(), "Glossary").findall(nodes.term)]
    assert len(terms) > 15
    assert terms == sorted(terms)


def test_versions_are_those_of_the_program() -> None:
    short = ".".join(__version__.split(".")[:2])
    for name in ("manual", "architecture", "changes"):
        text = (REPOSITORY / "source" / f"{name}.rst").read_text(encoding="utf-8")
        assert f"\n:version: {short}\n" in text, name
    changes, findings = read(REPOSITORY / "source" / "changes.rst")
    assert not findings
    assert changes is not None
    assert next(iter(changes.document.findall(nodes.section)))[0].astext() == short


# What is named exists ---------------------------------------------------------------------------------------


def lines_of_commands() -> list[str]:
    lines = [line for text in blocks("sh") for line in text.splitlines()]
    lines += [code for code in spans() if code.startswith(("make ", "despatch "))]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def try_command(line: str) -> None:
    """Hold that a command line is one of make's targets, or that the program takes it."""
    words = shlex.split(line, comments=True)
    if words[0] == ".ci/run":
        assert (REPOSITORY / words[0]).is_file()
    elif words[0] == "make":
        taking = {
            "pdf",
            "epub",
            "all",
            "packet",
            "check",
            "fix",
            "watch",
        }  # the name of an article may follow
        for number, word in enumerate(words[1:]):
            named = number > 0 and words[1] in taking
            assert "=" in word or word in targets() or named, word
            assert "=" not in word or word.split("=")[0] in {"ARTICLE", "MANIFEST", "PAPER", "ARGS"}, word
    else:
        assert words[0] == "despatch"
        if len(words) == 2 and words[1] in commands():
            return  # named without its arguments
        if words[1:2] in (["--version"], ["--print-completion"]):
            with pytest.raises(SystemExit, match="0"):
                cli._parser().parse_args(words[1:])
        else:
            cli._parser().parse_args([word.replace("ARTICLE", "source/manual.rst") for word in words[1:]])


def test_command_lines() -> None:
    wrong = []
    for line in lines_of_commands():
        try:
            try_command(line)
        except (AssertionError, SystemExit) as fault:
            wrong.append(f"{line}: {fault}")
    assert wrong == []


def test_options_of_the_readme() -> None:
    rows = [line.replace(r"\|", "/").split("|")[1:3] for line in README.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in row] for row in rows if row[1].strip().startswith("`-")]
    assert len(rows) > 15
    name, unknown, known = "", [], commands()
    for cell, options in rows:
        name = cell or name
        asked = [word for word in re.findall(r"[a-z]+", name) if word in known]
        for option in re.findall(r"`(--?[\w-]+)", options):
            there = [known[word] for word in asked] or [["--print-completion", "-h", "--help"]]
            unknown += [f"{name}: {option}" for these in there if option not in these]
    assert unknown == []


def test_local_links() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    anchors = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        elif not link.startswith("https://"):
            assert (REPOSITORY / link).exists(), link


def test_files_that_the_manual_names() -> None:
    made_up = {"malta", "visit", "a5"}
    paths = [node.astext() for node in manual().findall(nodes.literal)]
    for path in paths:
        if re.fullmatch(r"(styles|source|tests)/[\w./-]+", path) and Path(path).stem not in made_up:
            assert (REPOSITORY / path).exists(), path


def test_pictures_are_small() -> None:
    for path in (REPOSITORY / "source" / "images").iterdir():
        assert path.stat().st_size < 150_000, path.name


# What is shown works ----------------------------------------------------------------------------------------


SOURCES = """@book{koinova2021, author={Koinova, Maria}, title={Diaspora Entrepreneurs}, date={2021}}
@article{newman2024, author={Newman, E. and Visoka, G.}, title={NATO}, journaltitle={IA}, date={2024}}
"""
"""The sources that the examples cite."""


def is_whole(text: str) -> bool:
    return ":date:" in text


def check(text: str, folder: Path) -> list[Finding]:
    """The findings of an example; one that is not a whole article is put below a title and a date."""
    shutil.copytree(REPOSITORY / "source" / "images", folder / "images")
    (folder / "parts").mkdir()
    (folder / "parts" / "standing-lines.rst").write_text("Text.\n", encoding="utf-8")
    (folder / "parts" / "trade.csv").write_text("Year,Exports\n2022,2.1\n", encoding="utf-8")
    (folder / "refs.bib").write_text(SOURCES, encoding="utf-8")
    path = folder / "example.rst"
    path.write_text(text if is_whole(text) else HEAD + text, encoding="utf-8")
    return read(path, version=PacketVersion("minister", ("minister", "public")))[1]


def test_examples_are_there() -> None:
    assert sum(map(is_whole, blocks("rst"))) == 1
    assert sum(map(is_whole, manual_blocks("rst"))) == 2


@pytest.mark.parametrize("text", blocks("rst"))
def test_examples_of_the_readme(text: str, tmp_path: Path) -> None:
    assert not check(text, tmp_path)


@pytest.mark.parametrize("number", range(len(re.findall(r"code-block:: rst", MANUAL))))
def test_examples_of_the_manual(number: int, tmp_path: Path) -> None:
    assert not check(manual_blocks("rst")[number], tmp_path)


def test_finding_that_the_readme_shows(tmp_path: Path) -> None:
    (text,) = (text for text in blocks("rst") if is_whole(text))
    (line,) = dict.fromkeys(re.findall(r"^ *(source/belgium\.rst:\d+: error .+)$", README, re.MULTILINE))
    shown = str(tmp_path / "source" / "belgium.rst")
    lead = text.replace("NATO. [#nato]_", "NATO. [#natp]_")
    assert lead != text
    (finding,) = parse_text(lead, shown)[1]
    assert str(finding).replace(shown, "source/belgium.rst") == line


def test_a_new_type_a_new_paper_and_new_words(tmp_path: Path) -> None:
    """The recipes of the README touch data and CSS only, and work."""
    folder = tmp_path / "styles"
    kind, words = blocks("toml")
    (sheet,) = blocks("css")
    for name, text in (("infobox/visit.toml", kind), ("paper/a5.css", sheet), ("labels.toml", words)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with at(Desk(styles=folder)):
        (promised,) = re.findall(r"with the fields\s+(.+?)\.\n", README, re.DOTALL)
        assert set(load_type("visit").fields) == set(re.findall(r"`(\w+)`", promised))
        assert labels_for("ga")["notes"] == "Nótaí"
        assert labels_for("ga")["version"] == "Version"
        path = tmp_path / "visit.rst"
        fields = {"dates1": "3 May", "visitor2": "B", "visitor1": "A", "rank1": "Minister"}
        box = "".join(f"   :{name}: {value}\n" for name, value in fields.items())
        head = HEAD.replace(":date:", ":paper: a5\n:date:")
        path.write_text(f"{head}.. infobox:: Visit\n   :type: visit\n\n{box}\nText.\n", encoding="utf-8")
        result = build_one(path, Order(("pdf",), tmp_path / "built"))
        assert not result.findings
        import pypdfium2

        width, height = pypdfium2.PdfDocument(tmp_path / "built" / "visit.pdf")[0].get_size()
        assert (round(width), round(height)) == (420, 595)


def test_types_that_the_manual_shows(tmp_path: Path) -> None:
    folder = tmp_path / "styles"
    (folder / "infobox").mkdir(parents=True)
    (text,) = (text for text in manual_blocks("toml") if "[[row]]" in text)
    (folder / "infobox" / "visit.toml").write_text(text, encoding="utf-8")
    with at(Desk(styles=folder)):
        assert set(load_type("visit").fields) == {"visitor", "dates"}


def test_manifest_that_the_manual_shows(tmp_path: Path) -> None:
    (text,) = (text for text in manual_blocks("toml") if "[[section]]" in text and "date =" in text)
    path = tmp_path / "source" / "packets" / "visit.toml"
    path.parent.mkdir(parents=True)
    for name in ("malta.rst", "packets/agenda.pdf"):
        (tmp_path / "source" / name).touch()
    path.write_text(text, encoding="utf-8")
    manifest, findings = read_manifest(path)
    assert not findings
    assert manifest is not None
    assert [item.tab for item in manifest.items] == ["A.1", "A.2", "B.1"]


@pytest.mark.parametrize(
    "key", [key for part in ("section", "item") for key in schema._schema()["$defs"][part]["properties"]]
    + list(schema._schema()["properties"])
)  # fmt: skip
def test_keys_of_a_manifest(key: str) -> None:
    assert f"``{key}``" in MANUAL or f"[[{key}]]" in MANUAL or f"[[section.{key}]]" in MANUAL


@pytest.mark.slow
@pytest.mark.parametrize("name", ["manual", "architecture", "changes"])
def test_our_own_articles_build_without_a_finding(name: str, tmp_path: Path) -> None:
    result = build_one(REPOSITORY / "source" / f"{name}.rst", Order(folder=tmp_path))
    assert not result.findings
    assert [output.path.suffix for output in result.outputs] == [".pdf", ".epub"]
