"""Tables from sheets of workbooks."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.tree.languages.values import as_text
from tests.support.workbooks import Raw, Value, xlsx

TRADE = xlsx(
    {
        "Notes": [["Nothing"]],
        "Trade 2023": [
            ["Partner", "Exports", "Since"],
            ["Kosovo", 2345678.5, datetime.date(2008, 2, 24)],
            ["Albania", 12, datetime.date(1991, 3, 1)],
            [None, None, None],
            ["*Total*, all", 2023, True],
        ],
    },
    {"trade_only": "'Trade 2023'!$A$1:$B$3", "_xlnm.Print_Area": "'Trade 2023'!$A$1"},
)


def table(
    folder: Path, options: str, kind: str = "csv-table", language: str = "en", data: bytes = TRADE
) -> tuple[list[list[str]], list[Finding]]:
    (folder / "trade.xlsx").write_bytes(data)
    (folder / "trade.csv").write_text("A;B\n1;2\n", encoding="utf-8")
    path = folder / "article.rst"
    lines = "".join(f"   {line}\n" for line in options.split("|"))
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n"
    path.write_text(f"{head}.. {kind}:: Trade\n{lines}", encoding="utf-8")
    article, findings = read(path)
    rows = article.document.findall(nodes.row) if article is not None else ()
    return [[entry.astext() for entry in row] for row in rows], findings


def test_a_sheet_is_a_table(tmp_path: Path) -> None:
    rows, findings = table(tmp_path, ":file: trade.xlsx|:sheet: Trade 2023|:header-rows: 1")
    assert findings == []
    assert rows == [
        ["Partner", "Exports", "Since"],
        ["Kosovo", "2,345,678.5", "24 February 2008"],
        ["Albania", "12", "1 March 1991"],
        ["", "", ""],
        ["Total, all", "2023", "TRUE"],
    ]


@pytest.mark.parametrize(
    ("options", "first"),
    [
        (":file: trade.xlsx", ["Nothing"]),
        (":file: trade.xlsx|:sheet: 2|:range: A2:B3", ["Kosovo", "2,345,678.5"]),
        (":file: trade.xlsx|:sheet: trade 2023|:range: B:B", ["Exports"]),
        (":file: trade.xlsx|:range: trade_only", ["Partner", "Exports"]),
        (":file: trade.xlsx|:range: 'Trade 2023'!$C$2", ["24 February 2008"]),
    ],
)
def test_sheets_and_ranges(tmp_path: Path, options: str, first: list[str]) -> None:
    for kind in ("csv-table", "list-table"):
        rows, findings = table(tmp_path, options, kind)
        assert findings == []
        assert rows[0] == first


def test_a_list_table_reads_a_csv_file(tmp_path: Path) -> None:
    rows, findings = table(tmp_path, ":file: trade.csv", "list-table")
    assert rows == [["A", "B"], ["1", "2"]]
    assert findings == []


@pytest.mark.parametrize(
    ("language", "number", "date"),
    [
        ("fr", "2\u202f345\u202f678,5", "24 février 2008"),
        ("de", "2.345.678,5", "24. Februar 2008"),
        ("nl", "2.345.678,5", "24 februari 2008"),
        ("en-US", "2,345,678.5", "February 24, 2008"),
        ("xx", "2,345,678.5", "24 February 2008"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(language: str, number: str, date: str) -> None:
    assert as_text(2345678.5, language) == number
    assert as_text(datetime.date(2008, 2, 24), language) == date
    assert as_text(2008, language) == "2008"
    assert as_text(0.1 + 0.2, language).strip("0") in (".3", ",3")


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b" " * (64 << 20), compresslevel=1)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("options", "data", "words"),
    [
        (":file: trade.xlsx|:sheet: Trade 2033", TRADE, 'did you mean "Trade 2023"'),
        (":file: trade.xlsx|:range: trade_onl", TRADE, 'did you mean "trade_only"'),
        (":file: trade.xlsx|:range: Z90:Z99", TRADE, "is empty there"),
        (":file: trade.csv|:sheet: x", TRADE, "are for a workbook"),
        (":file: ../trade.xlsx", TRADE, "outside"),
        (":file: trade.xlsx", b"PK\x03\x04 no zip", "damaged"),
        (":file: trade.xlsx", b"text", "no workbook"),
        pytest.param(":file: trade.xlsx", bomb, "unpacked", marks=pytest.mark.slow),
        pytest.param(
            ":file: trade.xlsx|",
            lambda: xlsx({"A": [[1] * 20] * 3000}),
            "50000 cells",
            marks=pytest.mark.slow,
        ),
        (":file: trade.xlsx||x", TRADE, "keep one"),
    ],
    ids=range(10),
)
def test_findings(tmp_path: Path, options: str, data: bytes | Callable[[], bytes], words: str) -> None:
    # What is large is made here: each process of a run would make it while it collects the tests.
    _, findings = table(tmp_path, options, data=data if isinstance(data, bytes) else data())
    assert len(findings) == 1
    assert words in findings[0].message
    assert findings[0].is_error


def test_what_a_sheet_hides_is_left_out_and_said(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Value]]] = {
        "Workings": [["SECRET", 1]],
        "Table": [["A", "B", "C"], [1, "SECRET", 2], ["SECRET", None, 3], [4, "SECRET", 5]],
    }
    book = xlsx(sheets, hidden=["Workings", 3], columns='<col min="2" max="2" hidden="1"/>')
    rows, (finding,) = table(tmp_path, ":file: trade.xlsx", data=book)
    assert rows == [["A", "C"], ["1", "2"], ["4", "5"]]
    assert (finding.code, finding.line, finding.is_error) == ("data-hidden", 7, False)
    assert "left out here: row 3 and column B; write :hidden: drop" in finding.message
    assert table(tmp_path, ":file: trade.xlsx|:hidden: drop", data=book) == (rows, [])
    assert table(tmp_path, ":file: trade.xlsx|:range: C1:C2", data=book) == ([["C"], ["2"]], [])
    rows, findings = table(tmp_path, ":file: trade.xlsx|:hidden: show", "list-table", data=book)
    assert (len(rows), len(rows[0]), findings) == (4, 3, [])
    _, (finding,) = table(tmp_path, ":file: trade.xlsx|:range: B1:B2", data=book)
    assert "hides all that is named: write :hidden: show" in finding.message
    rows, (finding,) = table(tmp_path, ":file: trade.xlsx|:sheet: workings|:range: A:A", data=book)
    assert rows == [["SECRET"]]
    assert 'the sheet "Workings" is hidden in the workbook' in finding.message


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (Raw('t="e"', "<f>1/0</f><v>#DIV/0!</v>"), 'B2 of the sheet "S" holds an error, #DIV/0!'),
        (Raw("", "<f>A2*2</f>"), 'B2 of the sheet "S" has a formula, and the file does not have its value'),
    ],
)
def test_cells_that_hold_nothing_to_print(tmp_path: Path, cell: Raw, words: str) -> None:
    book = xlsx({"S": [["A", "B"], [1, cell], [2, 3]]})
    _, (finding,) = table(tmp_path, ":file: trade.xlsx", data=book)
    assert (finding.code, finding.is_error) == ("data-cell", True)
    assert words in finding.message
    rows, findings = table(tmp_path, ":file: trade.xlsx|:range: A1:A3", data=book)
    assert (rows, findings) == ([["A"], ["1"], ["2"]], [])


def test_what_is_not_available_is_a_dash_and_an_empty_text_is_one(tmp_path: Path) -> None:
    cells: list[Value] = [Raw('t="e"', "<f>NA()</f><v>#N/A</v>"), Raw('t="str"', '<f>""</f><v></v>'), "x"]
    assert table(tmp_path, ":file: trade.xlsx", data=xlsx({"S": [cells]})) == ([["–", "", "x"]], [])


@pytest.mark.parametrize(
    ("code", "value", "english", "german"),
    [
        ("0.0%", 0.125, "12.5%", "12,5\u00a0%"),
        ("0%", -0.07, "\u22127%", "\u22127\u00a0%"),
        ("0.00", 5, "5.00", "5,00"),
        ("#,##0", 1234.4, "1,234", "1.234"),
        ('#,##0.00 "€"', 1234.5, "1,234.50\u00a0€", "1.234,50\u00a0€"),
        ("[$$-409]#,##0.00;[Red]-[$$-409]#,##0.00", -99.5, "\u2212$99.50", "\u2212$99,50"),
        ("0.##", 1.5, "1.5", "1,5"),
        ("_(* #,##0.0_);_(* (#,##0.0)", -1234.56, "\u22121,234.6", "\u22121.234,6"),
        ("General", 2023, "2023", "2023"),
        ("0.00E+00", 1234.5, "1,234.5", "1.234,5"),
        ("mmm yyyy", 45000, "March 2023", "März 2023"),
        ("d mmm yyyy", 45000, "15 March 2023", "15. März 2023"),
        ("[h]:mm", 2.5, "60:00", "60:00"),
    ],
)
def test_numbers_have_the_form_of_their_sheet(
    tmp_path: Path, code: str, value: float, english: str, german: str
) -> None:
    book = xlsx({"S": [[Raw('s="2"', f"<v>{value}</v>")]]}, codes=[code])
    for language, expected in (("en", english), ("de", german)):
        assert table(tmp_path, ":file: trade.xlsx", language=language, data=book) == ([[expected]], [])


def test_merged_cells_span_others_and_sheets_may_have_any_name(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["Goods", None, "Year"], ["a", "b", None], ["Both", 1, 2], [None, 3, 4]]
    book = xlsx(
        {"First": [["x"]], "L'été 1": rows},
        {"part": "'L''été 1'!$A$1:$C$4"},
        merged=["A1:B1", "A3:A4", "C2:C3"],
    )
    found, findings = table(tmp_path, ":file: trade.xlsx|:range: part|:header-rows: 2", data=book)
    assert findings == []
    assert found == [["Goods", "Year"], ["a", "b", ""], ["Both", "1", "2"], ["3", "4"]]


SAVED = 'Land;Wert\n"Öster\nreich";1,5\nTürkei;−2\n'
ROWS = [["Land", "Wert"], ["Öster\nreich", "1,5"], ["Türkei", "−2"]]


@pytest.mark.parametrize("kind", ["csv-table", "list-table"])
@pytest.mark.parametrize(
    "data",
    [
        SAVED.encode("utf-16"),
        SAVED.encode("utf-16-be"),
        SAVED.encode("utf-16-le"),
        SAVED.encode("utf-8-sig"),
        SAVED.replace("\n", "\r\n").encode(),
        SAVED.replace(";", "\t").encode(),
        SAVED.replace(";", "|").encode(),
        f"sep=;\n{SAVED}".encode(),
    ],
    ids=range(8),
)
def test_values_are_read_as_spreadsheets_save_them(tmp_path: Path, data: bytes, kind: str) -> None:
    (tmp_path / "saved.csv").write_bytes(data)
    assert table(tmp_path, ":file: saved.csv", kind) == (ROWS, [])


def test_an_encoding_that_is_guessed_is_said(tmp_path: Path) -> None:
    (tmp_path / "saved.csv").write_bytes("Kraj;Wart\nŁódź;1\n".encode("cp1250"))
    rows, (finding,) = table(tmp_path, ":file: saved.csv")
    assert rows[1] == ["£ódŸ", "1"]
    assert (finding.code, finding.source.rpartition("/")[2], finding.line) == (
        "data-encoding",
        "saved.csv",
        1,
    )
    assert 'read as Windows-1252 ("£ódŸ")' in finding.message
    rows, (finding,) = table(tmp_path, ":file: saved.csv", language="pl")
    assert rows[1] == ["Łódź", "1"]
    assert 'read as Windows-1250 ("Łódź")' in finding.message
    rows, findings = table(tmp_path, ":file: saved.csv|:encoding: windows-1250")
    assert (rows[1], findings) == (["Łódź", "1"], [])
    (tmp_path / "saved.csv").write_bytes(b"A\n\x81\n")
    _, (finding,) = table(tmp_path, ":file: saved.csv")
    assert finding.code == "file-encoding"
    _, (finding,) = table(tmp_path, ":file: saved.csv|:encoding: ascii")
    assert "not in the encoding ascii" in finding.message


@pytest.mark.parametrize("kind", ["csv-table", "list-table"])
def test_empty_columns_and_rows_at_the_end_of_a_file_are_no_part_of_it(tmp_path: Path, kind: str) -> None:
    (tmp_path / "saved.csv").write_text("A,B,,\n1,,,\n,2,,\n,,,\n,,,\n", encoding="utf-8")
    assert table(tmp_path, ":file: saved.csv", kind) == ([["A", "B"], ["1", ""], ["", "2"]], [])


@pytest.mark.parametrize(
    ("language", "encoding", "word"),
    [
        ("hu", "cp1250", "Győr"),
        ("sr-Latn-RS", "cp1250", "Čačak"),
        ("sr", "cp1251", "Чачак"),
        ("tr", "cp1254", "İzmir"),
        ("zh-TW", "cp950", "臺北"),
        ("zh", "gb18030", "北京"),
        ("el", "cp1253", "Αθήνα"),
        ("fr-BE", "cp1252", "Liège"),
    ],
)
def test_an_encoding_is_guessed_by_the_language(
    tmp_path: Path, language: str, encoding: str, word: str
) -> None:
    (tmp_path / "saved.csv").write_bytes(f"A,B\n{word},1\n".encode(encoding))
    rows, (finding,) = table(tmp_path, ":file: saved.csv", language=language)
    assert rows[1] == [word, "1"]
    assert word in finding.message


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Other"><table:table-row><table:table-cell/></table:table-row></table:table>
<table:table table:name="Trade"><table:table-column table:number-columns-repeated="2"/>
<table:table-column table:visibility="collapse"/><table:table-column/>%s</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(*rows: tuple[str, str, int]) -> bytes:
    """A workbook as LibreOffice saves it: of each row a word for its cells, what it says, how often."""
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    lines = "".join(
        f'<table:table-row {says} table:number-rows-repeated="{times}">'
        + "".join(cell % f"{word}{column}" for column in "ABCD")
        + "</table:table-row>"
        for word, says, times in rows
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS % lines)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


def test_what_an_ods_hides_is_left_out_and_said(tmp_path: Path) -> None:
    hidden, sorted_out = 'table:visibility="collapse"', 'table:visibility="filter"'
    data = ods(
        ("Head", "", 1), ("Secret", hidden, 2), ("Seen", "", 2), ("Filtered", sorted_out, 1), ("Last", "", 1)
    )
    (tmp_path / "trade.ods").write_bytes(data)
    rows, (finding,) = table(tmp_path, ":file: trade.ods|:sheet: Trade")
    assert rows == [[f"{word}{one}" for one in "ABD"] for word in ("Head", "Seen", "Seen", "Last")]
    assert "row 2, row 3, row 6 and column C" in finding.message
    rows, findings = table(tmp_path, ":file: trade.ods|:sheet: Trade|:hidden: show")
    assert (len(rows), findings) == (7, [])


def test_what_an_xls_hides_is_left_out_and_its_forms_are_kept(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Trade")
    percent = xlwt.easyxf(num_format_str="0.0%")
    for row, word in enumerate(("Head", "Secret", "Seen")):
        sheet.write(row, 0, word)
        sheet.write(row, 1, word)
        sheet.write(row, 2, 0.5, percent)
    sheet.row(1).hidden = True
    sheet.col(1).hidden = True
    book.save(str(tmp_path / "trade.xls"))
    rows, (finding,) = table(tmp_path, ":file: trade.xls")
    assert rows == [["Head", "50.0%"], ["Seen", "50.0%"]]
    assert "row 2 and column B" in finding.message
