"""What is changed inside WeasyPrint 70, in one table: what is wrong there, and the tests that show it.

Nothing else in Despatch replaces a function of WeasyPrint or pydyf. After an upgrade, run
``pytest tests/write/engine/patches``: it takes out each patch in turn, and a patch whose tests pass without
it is not needed any more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pipeline.write.engine.patches import (
    bidi,
    charts,
    floats,
    footnotes,
    formulas,
    kept_pages,
    libraries,
    lines,
    long_words,
    marks,
    pages,
    styles,
    tables,
)
from pipeline.write.engine.patches.patch import Patch

_ISSUE: Final = "https://github.com/Kozea/WeasyPrint/issues/"

PATCHES: Final = (
    Patch(
        "font-tools",
        libraries.load_font_tools_when_needed,
        ("weasyprint.pdf.fonts.subset", "weasyprint.pdf.fonts.instantiateVariableFont"),
        "It imports all of fontTools that changes fonts, a third of the time that its import takes, though "
        "HarfBuzz makes the subsets, and few articles need a variable font made static.",
        "",
        ("test_libraries::test_font_tools_are_loaded_when_needed",),
    ),
    Patch(
        "library-search",
        libraries.leave_search_to_the_loader,
        ("ctypes.util.find_library",),
        "It tries the names of each library on all systems, one after the other. For every name that is not "
        "this system's, ctypes starts ldconfig, the compiler and the linker: some thirty programs.",
        f"{_ISSUE}1125",
        ("test_libraries::test_no_program_is_started",),
    ),
    Patch(
        "plain-styles",
        styles.take_plain_values,
        ("weasyprint.css.ComputedStyle.__missing__",),
        "A value that nothing declares goes through all that one may need which is declared.",
        "",
        ("test_styles::test_what_nothing_declares_is_taken_as_it_is",),
    ),
    Patch(
        "long-words",
        long_words.set_what_a_line_needs,
        ("weasyprint.layout.inline.split_first_line",),
        "Of a word that fills several lines, all that is left is set for each line.",
        "",
        ("test_long_words::test_a_long_word_is_not_set_again_for_each_line",),
    ),
    Patch(
        "narrowest-words",
        long_words.measure_one_letter,
        ("weasyprint.layout.preferred.split_first_line",),
        "Where words are broken anywhere, the least width of a text is that of one letter, but all of it is "
        "set, with each of its hyphens. Behind a link or another element, it is taken to be the whole word.",
        f"{_ISSUE}1614",
        (
            "test_long_words::test_the_least_width_is_measured_at_one_letter",
            "test_long_words::test_the_least_width_behind_an_element_is_one_letter",
        ),
    ),
    Patch(
        "hyphens-of-cuts",
        long_words.divide_with_hyphens,
        ("weasyprint.layout.inline.split_first_line",),
        "A word that no line has room for is cut between two letters, and nothing shows that it goes on.",
        "",
        (
            "test_long_words::test_a_word_that_is_cut_has_a_hyphen",
            "test_long_words::test_a_word_is_cut_between_syllables",
        ),
    ),
    Patch(
        "hanging-spaces",
        lines.hang_spaces,
        ("weasyprint.layout.inline.split_first_line",),
        "A text that ends in a space, and fits without it, is broken behind its first word "
        "(CSS Text 3, 4.1.3).",
        f"{_ISSUE}1051",
        ("test_lines::test_the_space_at_the_end_of_a_text_needs_no_room",),
    ),
    Patch(
        "line-starts",
        lines.break_between_elements,
        (
            "weasyprint.layout.inline.split_inline_box",
            "weasyprint.layout.inline.split_text_box",
            "weasyprint.layout.inline._break_waiting_children",
        ),
        "Each text inside an inline element is taken for the first of its line, or for none that could be: "
        "words are broken though there is room on the next line, or run off the page (CSS Text 3, 5.5).",
        f"{_ISSUE}1614",
        (
            "test_lines::test_a_word_in_an_element_goes_to_the_next_line",
            "test_lines::test_a_word_that_begins_in_an_element_is_broken",
            "test_lines::test_a_word_that_fills_its_line_is_broken_before_an_element",
        ),
    ),
    Patch(
        "whole-paragraphs",
        bidi.order_lines,
        (
            "weasyprint.formatting_structure.build.create_anonymous_boxes",
            "weasyprint.layout.inline.get_next_linebox",
            "weasyprint.layout.inline.remove_last_whitespace",
        ),
        "Each text in a paragraph is ordered by itself: a phrase from right to left in which a word is bold, "
        "or a link, or calls a note, stands in pieces in the wrong order (CSS Writing Modes 3, 2.4).",
        f"{_ISSUE}106",
        (
            "test_bidi::test_a_phrase_runs_on_through_elements",
            "test_bidi::test_a_number_takes_after_the_letters_of_the_line_and_the_element_before_it",
            "test_bidi::test_numbers_and_marks_stand_where_they_are_read",
            "test_bidi::test_a_passage_is_one_thing_in_its_line",
            "test_bidi::test_a_call_is_no_part_of_the_number_before_it",
            "test_bidi::test_each_line_is_ordered_by_itself",
            "test_bidi::test_what_stands_around_an_element_stays_with_it",
            "test_bidi::test_any_line_is_ordered_as_the_standard_says",
            "test_bidi::test_a_number_that_begins_a_line_from_the_right_takes_after_the_latin_word_before_it",
            "test_bidi::test_brackets_that_a_line_ends_between_are_a_pair",
        ),
    ),
    Patch(
        "anchored-marks",
        marks.anchor_marks,
        ("weasyprint.text.line_break.Layout.set_text",),
        "A face is chosen letter by letter for what it has, not for where it puts marks: in Source Serif, "
        "the marks of Yoruba, of phonetics and of stressed Russian stand beside their letters.",
        "",
        ("test_marks::test_a_mark_stands_over_its_letter",),
    ),
    Patch(
        "korean-words",
        marks.keep_korean_words,
        ("weasyprint.text.line_break.Layout.set_text",),
        "`word-break: keep-all` is not known: lines of Korean end within words (CSS Text 4, 5.2).",
        f"{_ISSUE}1153",
        ("test_marks::test_a_line_of_korean_ends_between_words",),
    ),
    Patch(
        "moves-behind-marks",
        marks.move_behind_marks,
        ("pydyf.Stream.show_text",),
        "Empty strings are written before each mark. PDFium, and with it Chrome, then leaves out the "
        "move behind the last mark of a text, and what follows is drawn over it: Lao, Sinhala, Bengali.",
        "",
        (
            "test_marks::test_a_mark_stands_over_its_letter",
            "test_marks::test_what_follows_a_mark_stands_behind_it",
        ),
    ),
    Patch(
        "empty-area",
        footnotes.leave_no_room_without_notes,
        ("weasyprint.layout.LayoutContext._update_footnote_area",),
        "When the only note of a page is moved to the next one, the margins of the area of notes stay: the "
        "block that is laid out has no room any more, and goes to the next page whole.",
        "",
        ("test_footnotes::test_a_note_that_goes_to_the_next_page_leaves_no_margin",),
    ),
    Patch(
        "lines-not-notes",
        footnotes.move_lines_not_notes,
        (
            "weasyprint.layout.block._linebox_layout",
            "weasyprint.layout.LayoutContext._update_footnote_area",
        ),
        "A note is moved to the next page, away from its call, when that makes room for one more line; the "
        "notes that this very line calls are lost.",
        f"{_ISSUE}2432",
        ("test_footnotes::test_notes_do_not_make_room_for_a_line",),
    ),
    Patch(
        "earlier-notes",
        footnotes.keep_earlier_notes,
        ("weasyprint.layout.LayoutContext.unlayout_footnote", "weasyprint.layout.page.remake_page"),
        "When a cell or another box does not fit, all notes called in it are taken back, those too that were "
        "carried over from the page before, with calls there: they are lost.",
        "",
        ("test_footnotes::test_notes_of_the_page_before_are_not_lost",),
    ),
    Patch(
        "carried-over",
        footnotes.carry_over,
        ("weasyprint.layout.page.remake_page",),
        "A page is laid out again when a page number in its text has become known. What the page before had "
        "no room for, notes and the rest of a float, is kept in one place for the whole document, which by "
        "then belongs to another page: a note is lost, or an infobox comes again many pages further on.",
        "",
        (
            "test_footnotes::test_a_page_that_is_laid_out_again_gets_the_notes_of_the_page_before",
            "test_footnotes::test_a_page_that_is_laid_out_again_gets_the_rest_of_a_float",
        ),
    ),
    Patch(
        "named-pages",
        pages.drop_margins_at_names,
        ("weasyprint.layout.page.make_page",),
        "A break to a page with a name counts as forced, though the page before has the same name, and the "
        "margin at the head of the page stays (CSS Fragmentation 3, 5.2). `margin-break: discard` would do, "
        "but does not reach the box around a table and its caption.",
        "",
        ("test_pages::test_no_margin_at_the_head_of_a_page_with_a_name",),
    ),
    Patch(
        "known-numbers",
        pages.set_known_numbers,
        (
            "weasyprint.css.targets.TargetCollector.collect_missing_counters",
            "weasyprint.layout.page.remake_page",
        ),
        "A page that names earlier pages is laid out three times: without their numbers, though these are "
        "known; with them; and again when the number of all pages is known. An anchor that an attribute "
        "names is not looked up, and the counters of targets are noted as those of the page itself.",
        "",
        ("test_pages::test_a_page_that_names_earlier_ones_is_set_once",),
    ),
    Patch(
        "table-heads",
        tables.keep_heads,
        ("weasyprint.layout.block.block_box_layout", "weasyprint.layout.block.table_layout"),
        "The head of a table is left out on a page on which no row fits below it, though the row has to be "
        "broken anyway (CSS 2.1, 17.2): rows below the head are tried as if something above them could make "
        "room. And a caption is left alone on a page for the same reason.",
        f"{_ISSUE}2679",
        (
            "test_tables::test_a_row_that_fills_the_page_is_broken_below_the_head",
            "test_tables::test_a_caption_does_not_stand_alone",
        ),
    ),
    Patch(
        "wide-captions",
        tables.widen_captions,
        ("weasyprint.layout.block.table_wrapper_width",),
        "The caption of a table is no wider than the table: over a narrow one, it is broken at each word, or "
        "in words (CSS Tables 3, 3.4, lets the caption make the box wider).",
        "",
        (
            "test_tables::test_a_caption_is_as_wide_as_its_words",
            "test_tables::test_the_table_stands_at_its_side",
        ),
    ),
    Patch(
        "beside-floats",
        floats.stand_beside_floats,
        ("weasyprint.layout.block.block_box_layout",),
        "A box with a formatting context of its own is laid out across the measure and then moved below what "
        "floats, off the page if need be: it could stand beside that (CSS 2.1, 9.5). Boxes in columns do not "
        "know of floats at all, and the mark of a list item is set into a float at its side.",
        f"{_ISSUE}2019",
        (
            "test_floats::test_a_box_stands_beside_a_float",
            "test_floats::test_a_box_below_a_float_goes_to_the_page_on_which_it_fits",
            "test_floats::test_columns_stand_beside_a_float",
            "test_floats::test_the_mark_of_an_item_stands_beside_a_float",
        ),
    ),
    Patch(
        "headings-before-floats",
        floats.keep_headings_before_floats,
        ("weasyprint.layout.block.block_container_layout",),
        "A float that does not fit goes to the next page, and the heading above it stays alone at the foot "
        "of the page, where nothing before it in its section could go along.",
        "",
        ("test_floats::test_a_heading_goes_with_the_float_that_follows_it",),
    ),
    Patch(
        "room-between-floats",
        floats.leave_room_between_floats,
        ("weasyprint.layout.float.find_float_position",),
        "Two floats at both sides may leave words a room of three or four in a line (CSS 2.1, 9.5.1, has no "
        "least width for it).",
        "",
        ("test_floats::test_words_between_floats_have_room",),
    ),
    Patch(
        "rest-of-a-cell",
        tables.keep_rests_of_cells,
        ("weasyprint.layout.block.table_layout",),
        "Where a page has no room for the rest of a cell, the next one has the cell from its beginning.",
        "",
        ("test_tables::test_the_rest_of_a_cell_without_room_is_not_the_whole_cell",),
    ),
    Patch(
        "notes-of-rows",
        tables.leave_room_for_notes_of_rows,
        (
            "weasyprint.layout.LayoutContext._update_footnote_area",
            "weasyprint.layout.block.table_layout",
        ),
        "A cell is filled to the end of the page; when a cell to its right then calls a note, the row does "
        "not fit any more, and goes to the next page though it may be broken. A row that fills pages is "
        "printed over the notes.",
        "",
        (
            "test_tables::test_a_row_is_broken_above_the_notes_that_it_calls",
            "test_tables::test_a_row_that_goes_on_for_pages_is_broken_above_the_notes_of_each",
        ),
    ),
    Patch(
        "formulas",
        formulas.draw_formulas,
        ("weasyprint.html.HTML_HANDLERS[{http://www.w3.org/2000/svg}svg]",),
        "An SVG is written out again wherever it stands, and does not know the type around it.",
        f"{_ISSUE}1978",
        (
            "test_formulas::test_an_outline_is_stored_once",
            "test_formulas::test_a_formula_is_as_high_as_the_type_around_it",
        ),
    ),
    Patch(
        "charts",
        charts.draw_charts,
        ("weasyprint.html.HTML_HANDLERS[{http://www.w3.org/2000/svg}svg]",),
        "The words of an SVG are set letter by letter, so that Arabic is not joined, and know neither face "
        "nor colour of the page.",
        "",
        ("test_charts::test_words_of_a_chart_are_set_whole_in_the_face_of_the_page",),
    ),
    Patch(
        "kept-pages",
        kept_pages.keep_pages,
        (
            "weasyprint.document.layout_document",
            "weasyprint.layout.initialize_page_maker",
            "weasyprint.layout.make_all_pages",
            "weasyprint.layout.page.remake_page",
            "weasyprint.layout.page.block_level_layout",
            "weasyprint.layout.block.block_level_layout",
        ),
        "A document that is laid out again, with one word changed, is laid out from its first page on.",
        "",
        (
            "test_kept_pages::test_only_pages_that_have_changed_are_set_anew",
            "test_kept_pages::test_only_margins_that_show_something_else_are_made",
            "test_kept_pages::test_only_styles_that_may_have_changed_are_computed",
        ),
    ),
    Patch(
        "kept-margins",
        kept_pages.keep_margins,
        ("weasyprint.layout.make_margin_boxes", "weasyprint.layout.layout_backgrounds"),
        "The same document has all that stands in the margins of its pages made again.",
        "",
        ("test_kept_pages::test_only_margins_that_show_something_else_are_made",),
    ),
    Patch(
        "kept-styles",
        kept_pages.keep_styles,
        ("weasyprint.css.StyleFor.__init__",),
        "The same document has the styles of all its elements computed again.",
        "",
        ("test_kept_pages::test_only_styles_that_may_have_changed_are_computed",),
    ),
)
"""All patches, in the order in which they are applied: a later one may wrap what an earlier one put in."""

_LEFT_OUT: list[frozenset[str]] = []


def apply(*, without: Collection[str] = ()) -> None:
    """Import WeasyPrint and apply the patches; a second call in a process changes nothing.

    :param without: names of patches that are left out, so that a test can show what they are for.
    :raises ValueError: when no patch has such a name.
    """
    unknown = set(without) - {patch.name for patch in PATCHES}
    if unknown:
        raise ValueError(f"no patch is called {', '.join(sorted(unknown))}")
    if _LEFT_OUT:
        return
    for patch in PATCHES:
        if patch.name not in without:
            patch.apply()
    _LEFT_OUT.append(frozenset(without))


def left_out() -> frozenset[str]:
    """The names of the patches that this process does without."""
    return _LEFT_OUT[0] if _LEFT_OUT else frozenset()
