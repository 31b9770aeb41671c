"""The directives that read in files below the source root: ``include``, and ``csv-table`` with ``:file:``.

docutils' own would open whatever they are told to, so that they stay switched off
(``file_insertion_enabled``); these read by `pipeline.read.input.inclusions` and take the rest from docutils.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import directives, states
from docutils.parsers.rst.directives import misc, tables
from docutils.statemachine import StringList, string2lines

from pipeline.findings import Finding
from pipeline.read.data.separated import parting_sign, records, said_separator, separator
from pipeline.read.data.workbook import ENDINGS, hidden_choice, sheet_for
from pipeline.read.directives.date import moment_of
from pipeline.read.directives.language import register_roles
from pipeline.read.input.inclusions import MAX_DEPTH, Clip, Files, Origin, Refused
from pipeline.read.input.reading import reading
from pipeline.read.input.refused import place_of, refusing
from pipeline.read.tables.options import OPTIONS, finish
from pipeline.read.tables.spans import Cell, fitted, taken_from_text, unfit

MAX_CELLS: Final = 50_000
"""The largest table that is made of comma-separated values, in cells. docutils needs 0.1 ms for each."""
_APART: Final = 1 << 40
"""Line numbers from here on are those of cells: no text is as long."""
_UTF8: Final = ("utf-8", "utf-8-sig")


def only_utf8(encoding: str | None) -> None:
    """Accept no other encoding: all texts are UTF-8.

    :param encoding: what the option ``:encoding:`` says; docutils has looked it up.
    :raises Refused: for another one.
    """
    if encoding and codecs.lookup(encoding).name not in _UTF8:
        raise Refused("directive-error", f"the encoding {encoding} is not read: save the file as UTF-8")


def _tab_width(argument: str) -> int:
    width = int(argument)
    if not -1 <= width <= 64:
        raise ValueError("not a number of columns from -1 to 64")
    return width


class Include(misc.Include):
    """``.. include:: parts/lead.rst``: another text, here, as if it were written here.

    Options and their meaning are docutils'; a path is one from the folder of the including file.
    """

    option_spec: ClassVar[dict[str, Any]] = {
        **misc.Include.option_spec,
        "parser": directives.unchanged,  # docutils would import any module of that name
        "tab-width": _tab_width,
    }

    @refusing
    def run(self) -> list[nodes.Node]:
        """Put the lines of the file where the parser reads on, or make a literal block of them."""
        state = reading(self.state.document)
        self.files = state.files
        self._check_options()
        origin = self.files.origin(place_of(self)[0])
        written = directives.path(self.arguments[0])
        text, found = self.files.read(written, origin)
        text, first = self._clip(text)
        self.options["source"] = found
        if "literal" in self.options or "code" in self.options:
            return self._as_block(text, found, first)
        self._note_tabs(text, found, first)
        found = self._step(origin, found, written)
        register_roles(text)
        if state.moment is None:
            state.moment = moment_of(text)
        self._insert(string2lines(text, self.tab_width, convert_whitespace=True), found, first)
        return []

    def _check_options(self) -> None:
        if isinstance(self.state, states.SubstitutionDef):
            said = '"include" can\'t stand in a substitution: include the definition'
            raise Refused("directive-error", said)
        only_utf8(self.options.get("encoding"))
        parser = self.options.get("parser", "rst").strip().lower()
        if parser not in ("rst", "restructuredtext"):
            raise Refused("directive-error", f'only reStructuredText is read in, not "{parser[:40]}"')
        self.tab_width = self.options.get("tab-width", self.state.document.settings.tab_width)

    def _clip(self, text: str) -> tuple[str, int]:
        """The part of the text that the options ask for, and the number of its first line, from 0."""
        start, end = self.options.get("start-line"), self.options.get("end-line")
        first = 0
        if start or end is not None:
            lines = text.split("\n")
            if lines[-1] == "":
                lines.pop()
            first = slice(start, end).indices(len(lines))[0]
            text = "\n".join(lines[start:end])
        after = self.options.get("start-after")
        if after is not None:
            mark = after or "\n\n"
            at = text.find(mark)
            if at < 0:
                raise Refused("directive-error", f'the text of "start-after" is not there: "{after[:60]}"')
            first += text.count("\n", 0, at + len(mark))
            text = text[at + len(mark) :]
        before = self.options.get("end-before")
        if before is not None:
            at = text.find(before or "\n\n")
            if at < 0 and before:
                raise Refused("directive-error", f'the text of "end-before" is not there: "{before[:60]}"')
            text = text[:at] if before else text[: at + 1] if at > 0 else text
        return text, first

    def _as_block(self, text: str, found: Origin, first: int) -> list[nodes.Node]:
        if not text.strip():
            return []
        literal = "literal" in self.options
        made = self.as_literal_block(text) if literal else self.as_code_block(text)
        for block in made:
            block.attributes.pop("source", None)
            block.source, block.line = found, first + 1
        return list(made)

    def _note_tabs(self, text: str, found: Origin, first: int) -> None:
        if "\t" in text and "tab-width" not in self.options:
            line = first + 1 + text.count("\n", 0, text.index("\t"))
            message = "a tab is read as a jump to the next column of eight: write spaces"
            self.files.findings.append(Finding("file-tab", str(found), line, message))

    def _step(self, origin: Origin, found: Origin, written: str) -> Origin:
        """Where the lines come from, now that they are read in by `origin`."""
        names = ("start-line", "end-line", "start-after", "end-before")
        clip: Clip = tuple(self.options.get(name) for name in names)
        chain = origin.chain or ((self.files.article, (None,) * len(names)),)
        step = (found.below or str(found), clip)
        if step in chain:
            raise Refused("insertion-loop", f'"{written}" reads itself in, here or by way of another file')
        if len(chain) > MAX_DEPTH:
            raise Refused("limit-nesting", f"files read in files, more than {MAX_DEPTH} deep")
        return Origin(found, found.below, (*chain, step))

    def _insert(self, lines: list[str], found: Origin, first: int) -> None:
        """Insert lines behind this directive, between two empty ones; each has its file and its number."""
        machine, last = self.state_machine, first + max(0, len(lines) - 1)
        places = [(found, number) for number in (first, *range(first, first + len(lines)), last)]
        machine.input_lines.insert(machine.line_offset + 1, StringList(["", *lines, ""], items=places))


def cells(count: int) -> str:
    """So many cells, in words."""
    return f"{count} cell{'' if count == 1 else 's'}"


class CsvTable(tables.CSVTable):
    """``.. csv-table::``: comma-separated values, here or in a file below the source root, or a sheet of a
    workbook (``:sheet:``, ``:range:``).

    The other options and their meaning are docutils'. Each cell knows its file and its line, which docutils'
    do not.
    """

    option_spec: ClassVar[dict[str, Any]] = {
        **tables.CSVTable.option_spec,
        **dict.fromkeys(("url", "sheet", "range"), directives.unchanged),
        **{"hidden": hidden_choice},
        **OPTIONS,
    }
    content: StringList

    @refusing
    def run(self) -> list[nodes.Node]:
        """Make the table."""
        reporter = self.state.document.reporter
        self.places: list[tuple[str, int]] = []
        self.cells = 0
        self.from_file = False
        self.head = 0
        kept = reporter.get_source_and_line

        def locate(line: int | None = None) -> Any:
            """Where a line is: docutils asks for those of cells, too."""
            if line is None or line < _APART:
                return kept(line)
            return self.places[min(line - _APART, len(self.places) - 1)]

        reporter.get_source_and_line = locate
        try:
            self._take_file(reading(self.state.document).files)
            return finish(self, list(super().run()))
        except (TypeError, ValueError) as error:  # the dialect: two signs that are the same, or none
            raise Refused("directive-error", f'the options of "csv-table" do not fit: {error}') from error
        finally:
            reporter.get_source_and_line = kept

    def _take_file(self, files: Files) -> None:
        """Take the lines of the file for the content."""
        if "url" in self.options:
            raise Refused("insertion-refused", 'a table can\'t come from a network: save it and use ":file:"')
        if self.options.get("delim", ",") == self.options.get("quote", '"'):
            raise Refused("directive-error", "the sign between values can't be the sign around them")
        if "file" not in self.options:
            return
        if any(self.content):
            raise Refused("directive-error", "the table has a file and text of its own: keep one of them")
        written = self.options.pop("file")
        sheet, part = (self.options.pop(name, "") for name in ("sheet", "range"))
        if written.lower().endswith(ENDINGS):
            self._take_sheet(files, written, sheet, part)
            return
        if sheet or part:
            said = f'"sheet" and "range" are for a workbook: its name ends in {", ".join(ENDINGS)}'
            raise Refused("directive-error", said)
        encoding = self.options.pop("encoding", None) or ""
        text, found = files.read_values(
            written, files.origin(place_of(self)[0]), encoding, reading(self.state.document).language
        )
        if not text.strip():
            raise Refused("directive-error", f'the file "{written}" holds no table')
        register_roles(text)
        lines = text.removesuffix("\n").split("\n")
        first = 0
        if said_separator(lines[0].strip()):
            self.options.setdefault("delim", said_separator(lines[0].strip()))
            lines, first = lines[1:], 1
        self.content = StringList(lines, items=[(found, first + number) for number in range(len(lines))])
        self.from_file = True

    def _take_sheet(self, files: Files, written: str, sheet: str, part: str) -> None:
        """Take the rows of a sheet for the content. What is said of signs between values has no meaning."""
        for name in ("encoding", "quote", "escape", "keepspace"):
            self.options.pop(name, None)
        self.options["delim"] = ","
        data, found = files.read_bytes(written, files.origin(place_of(self)[0]))
        text = io.StringIO()
        language, head = reading(self.state.document).language, self.options.get("header-rows", 0)
        rows = sheet_for(self, data, written, sheet, part).marked(language, head)
        csv.writer(text, lineterminator="\n").writerows(rows)
        lines = text.getvalue().removesuffix("\n").split("\n")
        self.content = StringList(lines, items=[(found, number) for number in range(len(lines))])

    def parse_csv_data_into_rows(self, csv_data: Any, dialect: Any, source: Any) -> tuple[list[Any], int]:
        """Cells by row, each with the place of its lines, and the number of columns."""
        self._find_delimiter(csv_data, dialect)
        reader = csv.reader((f"{line}\n" for line in csv_data), dialect=dialect)
        rows: list[Any] = []
        starts: list[int] = []
        spans: list[list[Cell]] = []
        columns = before = 0
        try:
            for row, after in self._filled([(row, reader.line_num) for row in reader]):
                found, line = [], before
                spans.append([])
                for text in row:
                    cell, rest = taken_from_text(text)
                    spans[-1].append(cell)
                    found.append((cell.rows, cell.columns, *self._cell(rest, csv_data, line)))
                    line += text.count("\n")
                starts.append(before)
                before = after
                self.cells += len(found)
                if self.cells > MAX_CELLS:
                    raise Refused("limit-size", f"the table has more than {MAX_CELLS} cells: take it apart")
                rows.append(found)
                columns = max(columns, len(found))
        except csv.Error as error:
            place = self._place(csv_data, max(0, reader.line_num - 1))
            said = "the comma-separated values can't be read: look for a quotation mark that is not closed"
            if "expected after" in str(error):
                said = 'a quotation mark stands within a value: type two of them ("") for one'
            raise Refused("directive-error", said, (str(place[0]), place[1] + 1)) from error
        if any(cell.columns or cell.rows for row in spans for cell in row):
            return self._spanned(rows, spans, starts, csv_data)
        self._check_rows(rows, starts, csv_data)
        return rows, columns

    def _filled(self, rows: list[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
        """The rows of a file without the empty ones at its end and the empty columns at its right, which
        spreadsheet programs save.
        """
        if not self.from_file:
            return rows
        while rows and not any(cell.strip() for cell in rows[-1][0]):
            rows.pop()
        width = max((at + 1 for row, _ in rows for at, cell in enumerate(row) if cell.strip()), default=0)
        return [(row[:width], after) for row, after in rows]

    def _spanned(
        self, rows: list[Any], spans: list[list[Cell]], starts: list[int], data: Any
    ) -> tuple[list[Any], int]:
        """Rows whose cells span others: what is covered is ``None``, as docutils has it."""
        filled = [number for number, row in enumerate(rows) if row]
        own = [spans[number] for number in filled]
        columns, places, bad = fitted(own)
        head = self.options.get("header-rows", 0)
        if bad < 0 and 0 < head < len(own) and fitted(own[:head])[2] >= 0:
            bad = head - 1
        if bad >= 0:
            source, line = self._place(data, starts[filled[bad]])
            raise Refused("directive-error", unfit(bad, columns, len(own)), (str(source), line + 1))
        found = [
            [None if index is None else rows[number][index] for index in there]
            for number, there in zip(filled, places, strict=True)
        ]
        return found, columns

    def _find_delimiter(self, data: Any, dialect: Any) -> None:
        """Read values that are parted by semicolons or tabs, as many programs save them, and say so."""
        if "delim" in self.options:
            return
        lines = records([line for line in self.content if line.strip()], dialect.quotechar)
        sign = parting_sign(lines, dialect.quotechar) if lines else ""
        if not isinstance(data, StringList):  # the header is read by itself, before the rows
            dialect.delimiter = sign if sign and any(sign in line for line in data) else dialect.delimiter
        elif sign:
            dialect.delimiter = sign
            if self.from_file:
                return  # as spreadsheet programs save it where the comma is the decimal sign
            what = {";": "semicolons", "\t": "tabs", "|": "bars"}.get(sign, f"the sign {sign}")
            name = {"\t": "tab"}.get(sign, sign)
            source, line = self._place(data, 0)
            message = f"the values are parted by {what}, and are read so: write :delim: {name} in the table"
            reading(self.state.document).files.findings.append(
                Finding("markup-misread", str(source), line + 1, message)
            )
        elif self.from_file:
            dialect.delimiter = separator("\n".join(data))

    def _check_rows(self, rows: list[Any], starts: list[int], data: Any) -> None:
        """Report each row that has more or fewer cells than the first one."""
        if not isinstance(data, StringList):
            self.head = len(rows[0]) if rows else 0
            return
        filled = [(row, start) for row, start in zip(rows, starts, strict=True) if row]
        first = self.head or (len(filled[0][0]) if filled else 0)
        what = "the header" if self.head else "the first row"
        for row, start in filled:
            if len(row) == first:
                continue
            source, line = self._place(data, start)
            while not data[min(start, len(data) - 1)].strip() and start + 1 < len(data):
                start += 1
                source, line = self._place(data, start)
            written = data[start]
            cure = 'put quotation marks around a value with a comma in it, as in "1,234"'
            if self.options.get("delim", ",") != ",":
                cure = f"write as many {self.options['delim']} in each row"
            elif re.search(r"(?:^|,)\s*'[^',]*,[^']*'", written):
                cure = 'the quotation marks around a value are double ones: "1,234"'
            code = "table-uneven"
            if re.search("[“”„«»]", written):
                cure = 'the quotation marks around a value are straight ones: "1,234"'
            elif len(row) < first:
                code = "table-short"
                cure = "its last cells stay empty; write a comma for each that is left out"
            message = f"this row has {cells(len(row))}, {what} has {first}: {cure}"
            reading(self.state.document).files.findings.append(Finding(code, str(source), line + 1, message))

    def _cell(self, text: str, data: Any, line: int) -> tuple[int, StringList]:
        """Where the lines of a cell are said to be, for `build_table`, and the lines."""
        lines = text.splitlines()
        items = [self._place(data, line + number) for number in range(len(lines))]
        offset = _APART + len(self.places) - self.content_offset
        self.places += [(source, number + 1) for source, number in items] or [place_of(self)]
        return offset, StringList(lines, items=items)

    def _place(self, data: Any, number: int) -> tuple[Any, int]:
        """File and line, from 0, of a line of the values; those of an option are where the directive is."""
        if isinstance(data, StringList):
            source, line = data.items[min(number, len(data) - 1)]
            return source, line
        source, line = place_of(self)
        return source, line - 1
