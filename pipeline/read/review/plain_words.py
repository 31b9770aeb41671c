"""The messages of docutils 0.23, each with what it says to an author: what is wrong, and what to write.

A pattern fits a whole message; its groups fill the places of the words. A test walks docutils' source and
holds each message that it can give against this list.
"""

from __future__ import annotations

import re
from typing import Final

REFUSED_DEFINITION: Final = "a definition |…| holds words and images only"
WORDS: Final = [
    (
        r"Inconsistent title style: .*",
        "this heading leaves out a level: underline it as the level above asks",
    ),
    (
        r"Title (?:under|over)line too short\.",
        "the line of signs is shorter than the heading: make it as long",
    ),
    (
        r"Unexpected indentation\.",
        "this line is indented below a paragraph: put an empty line before it, or begin it at the margin",
    ),
    (
        r"(.+) ends without a blank line; unexpected unindent\.",
        "an empty line is missing here, or this line is not indented enough ({0} ends above it)",
    ),
    (r'Unknown target name: "(.+)"\.', 'the link "{0}" leads nowhere: no heading or place has this name'),
    (
        r'Undefined substitution referenced: "(.+)"\.',
        'the word "{0}" between bars is not defined: write .. |{0}| replace:: and its text, or \\| for a bar',
    ),
    (
        r"Malformed table\.\s+Right border not aligned or missing\.",
        "this line of the table does not end where its first line ends, with + or |",
    ),
    (
        r"Malformed table\.\s+Bottom border missing or corrupt\.",
        "the table has no last line as its first one (+---+)",
    ),
    (
        r"Malformed table\.\s+Bottom border or header rule does not match top border\.",
        "this line of the table is not as long as its first one (===)",
    ),
    (
        r"Malformed table\.\s+No bottom table border found(?: or no blank line after table bottom)?\.",
        "the table has no last line as its first one (===), or no empty line behind it",
    ),
    (
        r"Malformed table\.\s+Text in column margin in table line (\d+)\.",
        "in line {0} of the table, text stands between two columns: make the first one wider, with its ===",
    ),
    (
        r"Malformed table\.\s+Column span (?:alignment problem|incomplete) in table line (\d+)\.",
        "in line {0} of the table, a line of --- does not end where a column ends",
    ),
    (
        r"Malformed table\.\s+Malformed table; parse incomplete\.",
        "the lines of the table do not make up cells: look for a + or | that stands beside the others",
    ),
    (r"Blank line required after table\.", "put an empty line behind the table"),
    (
        r"Mismatch: both interpreted text role \w+ and reference suffix\.",
        "the name of a role and the sign of a link stand at the same words: take one of them out",
    ),
    (
        r"Multiple roles in interpreted text .+",
        "two names of roles stand at the same words: take one of them out",
    ),
    (r"malformed hyperlink target\.", "the name of a place ends with a colon, as in .. _name:"),
    (
        r"malformed substitution definition\.",
        "a definition is written .. |name| replace:: and its text",
    ),
    (r"Title level inconsistent:", "the level of this heading does not follow from those above it"),
    (
        r"A level \d+ section cannot be used here\.",
        "a heading of this level can't stand here: put it at the left margin, outside of lists and boxes",
    ),
    (
        r"Unexpected section title\.|Unexpected section title or transition\.",
        "a heading or a rule can't stand in a list, a box, a cell or a quotation: put it at the left margin, "
        "or write **words** for a heading within",
    ),
    (
        r"Invalid section title or transition marker\.|"
        r"Missing matching underline for section title overline\.",
        "a heading with a line of signs above it needs the same line below it",
    ),
    (
        r"Incomplete section title\.",
        "a heading with a line of signs above it needs the same line below it, or, for a rule, an empty line "
        "on both sides",
    ),
    (
        r"Title overline & underline mismatch\.",
        "the lines above and below a heading are alike: the same sign, as often",
    ),
    (
        r"Possible title underline, too short for the title\..*",
        "this line of signs is too short for a heading: make it as long as the heading",
    ),
    (r"Line block ends without a blank line\.", "put an empty line behind lines that begin with |"),
    (
        r"Literal block expected; none found\.",
        "nothing stands below ::, where code is expected: indent it, below an empty line; or write one colon",
    ),
    (
        r"Inconsistent literal block quoting\.",
        "code that is marked by a sign at the left has it on each line: add it here, or indent the code",
    ),
    (r"Invalid option list marker: .*", "this begins with a hyphen and is read as an option: write \\\\-"),
    (
        r"Anonymous hyperlink mismatch: (\d+) references but (\d+) targets\..*",
        "{0} links end with two underscores (__), and {1} addresses begin with __: each link needs one; or "
        "write `words <address>`_",
    ),
    (
        r'Indirect hyperlink target (?:"(.*?)" )?.*refers to target "(.*?)",.*',
        'the link "{1}" leads nowhere: no heading or place has this name',
    ),
    (
        r'Duplicate explicit target name: "(.+)"\.',
        'two places are called "{0}": give one of them another name',
    ),
    (
        r'Duplicate target name, cannot be used as a unique reference: "(.+)"\.',
        'two places are called "{0}": write .. _name: above one of them, and :ref:`name` here',
    ),
    (r'Duplicate substitution definition name: "(.+)"\.', "|{0}| is defined twice: take one of them out"),
    (r"Duplicate ID: .*", "two places have the same name: give one of them another"),
    (
        r'Substitution definition "(.+)" (?:missing contents|empty or invalid)\.',
        "|{0}| has no text: write it behind replace::",
    ),
    (
        r"Problematic content in substitution definition|.* are not supported in a substitution definition\.",
        f"{REFUSED_DEFINITION}, no notes and no names of places: write them behind the bars, as in "
        "|word| [1]_",
    ),
    (r'Substitution definition ".+" exceeds the line-length-limit\.', "a definition |…| grows too long"),
    (
        r'Circular substitution definition (?:detected:|referenced: ".+"\.)',
        "this definition |…| stands for itself in the end: write out what it stands for",
    ),
    (
        r"Line \d+ exceeds the line-length-limit\.|.*: line \d+ exceeds the line-length-limit\.",
        "break this line",
    ),
    (
        r'Error in "([^"]+)" directive:\s+no content permitted\.',
        '"{0}" takes no text below it: put an empty line before what follows, at the left margin',
    ),
    (
        r'Error in "([^"]+)" directive:\s+[1-9]\d* argument\(s\) required, \d+ supplied\.',
        "something is missing behind .. {0}:: on its line: what it shows or is called",
    ),
    (
        r'Error in "([^"]+)" directive:\s+maximum (\d+) argument\(s\) allowed, (\d+) supplied\.',
        "there are too many words behind .. {0}:: on its line: an option stands on a line of its own, as in "
        ":name: value, and the text below an empty line",
    ),
    (
        r'Error in "([^"]+)" directive:\s+invalid option block\.',
        'the options of "{0}" end with an empty line: put one before its text',
    ),
    (
        r'Error in "[^"]+" directive: may contain a single paragraph only\.',
        "the text of a definition is one paragraph: take the other ones out",
    ),
    (
        r'Error in "([^"]+)" directive: "(.*)" is not a valid value for the "align" option.*: "(.*)"\.',
        'the option "align" of "{0}" can\'t be "{1}" here: write one of "{2}"',
    ),
    (
        r'Content block expected for the "(.+)" directive; none found\.',
        "no text stands below .. {0}::, indented: indent it by three spaces, below an empty line",
    ),
    (
        r'The "(.+)" directive (?:is empty; content required|requires content; none supplied)\.',
        "nothing stands below .. {0}::, indented: write its rows there",
    ),
    (
        r'Error parsing content block for the "(.+)" directive: exactly one table expected\.',
        "one table, drawn with + and - or with ===, stands below .. {0}::; for values parted by commas write "
        ".. csv-table::",
    ),
    (
        r'(\d+) header row\(s\) specified but only (\d+) row\(s\) of data supplied \("(.+)" directive\)\.',
        "{0} rows are to be the header (:header-rows:), and the table has {1}: write a smaller number",
    ),
    (
        r"Insufficient data supplied \((\d+) row\(s\)\); no data remaining for table body.*",
        "all rows of the table are its header (:header-rows:): add rows, or write a smaller number",
    ),
    (
        r"(\d+) stub column\(s\) specified but only (\d+) columns\(s\) of data supplied.*",
        "{0} columns are to be headers (:stub-columns:), and this row has {1}: write a smaller number",
    ),
    (
        r"Insufficient data supplied \((\d+) columns\(s\)\); no data remaining.*",
        "all columns of the table are headers (:stub-columns:): write a smaller number",
    ),
    (
        r'"(.+)" widths do not match the number of columns in table \((\d+)\)\.',
        "the table has {1} columns: write as many numbers behind :widths:",
    ),
    (r"No table data detected in CSV file\.", "the table has no rows: write them below an empty line"),
    (
        r'Error with CSV data in "(.+)" directive:\s*(.*)',
        "the comma-separated values can't be read: look for a quotation mark that is not closed",
    ),
    (
        r"Figure caption must be a paragraph or empty comment\.",
        "the text below an image begins with its caption, one paragraph: options stand right below figure::, "
        "without an empty line between",
    ),
    (
        r'The "(.+)" directive may not be used within topics or body elements\.',
        '"{0}" can\'t stand in a list, a box, a cell or a quotation: put it at the left margin',
    ),
    (
        r'The "(.+)" directive may not be used within a sidebar element\.',
        '"{0}" can\'t stand in another sidebar: put it at the left margin',
    ),
    (
        r'The "subtitle" option may not be used without a title\.',
        "a subtitle needs a title: write it behind the colons",
    ),
    (
        r'Invalid context: the "(.+)" directive can only be used within a substitution definition\.',
        '"{0}" stands in a definition only: .. |name| {0}::',
    ),
    (
        r'Invalid class attribute value for "(.+)" directive: "(.*)"\.',
        '"{1}" is no name of a class: write words of letters and hyphens',
    ),
    (
        r'"(.+)" directive requires arguments on the first line\.',
        "the name of the role stands behind .. {0}::, on its line",
    ),
    (
        r'"(.+)" directive arguments not valid role names: "(.*)"\.',
        '"{1}" is no name of a role: write letters and hyphens, as in .. {0}:: name',
    ),
    (
        r'Invalid argument for "(.+)" directive:\s*(.*)\.',
        "what stands behind .. {0}:: is not right: write a name of letters and hyphens",
    ),
    (r'Error in "role" directive:\s*(.*)\.', "the role can't be made so: {0}"),
    (
        r'Unknown interpreted text role "(.*)"\.|Interpreted text role "(.*)" not implemented\.',
        'no role is called "{0}"',
    ),
    (r'Unknown directive type "(.*)"\.', 'no directive is called "{0}"'),
    (
        r'No format \(Writer name\) is associated with this role: "(.+)"\..*',
        'the role "{0}" can\'t be used by itself: define one with .. role:: name(raw) and :format: html',
    ),
    (
        r"PEP number must be a number from 0 to 9999; \"(.*)\" is invalid\.",
        '"{0}" is no number of a PEP: write 0 to 9999',
    ),
    (
        r"RFC number must be a number greater than or equal to 1; \"(.*)\" is invalid\.",
        '"{0}" is no number of an RFC: write 1 or more',
    ),
    (
        r'No suitable element following "(.+)" directive',
        "nothing follows .. {0}:: that it could be for: put it above a paragraph, a list or a table",
    ),
    (
        r"Document or section may not begin with a transition\..*|Document may not end with a transition\..*|"
        r"At least one body element must separate transitions.*|<transition> may not .*|.*[Tt]ransition.*",
        "a rule (----) stands between two paragraphs: not first, not last, not beside a heading",
    ),
    (
        r"Invalid meta directive\.|Error parsing meta tag attribute \"(.*)\": .*",
        "below .. meta:: stand fields only, as in :keywords: words",
    ),
    (
        r"Invalid character code: (.*)",
        "this is no number of a character: write U+ and its number, as in U+00E9",
    ),
    (
        r'Cannot extract "(.+)" from bibliographic field:.*',
        'the field "authors" holds names parted by ; or a list of them',
    ),
    (
        r'Bibliographic field "(.+)"\s+must contain a single <paragraph>, not .*',
        'the field "{0}" holds one paragraph of plain words: take the list, or the further paragraphs, out',
    ),
    (r'There can only be one "(.+)" field\.', 'the field "{0}" is given twice: take one of them out'),
    (
        r"Too many (?:autonumbered|symbol) footnote references: only (\d+) corresponding footnote\w* .*",
        "there are more calls of notes than notes: write a note that begins with .. [#] for each",
    ),
    (
        r"Malformed table\.\s+(?:The head/body row separator may not be the first or last line of the .*|"
        r"Multiple head/body row separators \(table lines (\d+) and (\d+)\); only one allowed\.)",
        "a table has one line of === below its head, and rows on both sides of it",
    ),
    (
        r"No smart quotes defined for language \".*\"\.",
        "no quotation marks are known for this language: type those that you mean",
    ),
]
PLAIN: Final = [(re.compile(pattern, re.DOTALL), words) for pattern, words in WORDS]
