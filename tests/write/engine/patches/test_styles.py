"""What no style sheet declares for an element is taken as it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.typeset import typeset


def test_what_nothing_declares_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    typeset("<p>first</p>", "")  # WeasyPrint is loaded
    from weasyprint import css

    asked: list[Any] = []
    check_math = css.check_math

    def asking_check_math(value: Any) -> Any:
        asked.append(value)
        return check_math(value)

    monkeypatch.setattr(css, "check_math", asking_check_math)
    typeset("".join(f"<p>Paragraph {number}</p>" for number in range(40)), "p:nth-child(n) { margin: 0 }")

    assert len(asked) < 400  # values; 848 without
