"""What the check says of finished editions."""

from __future__ import annotations

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read


def complaints(result: Result, *, draft: bool = False) -> list[str]:
    """What ``despatch check`` says of what was built, without the validators of others.

    :param draft: whether the article is read in spite of errors.
    """
    article, findings = read(result.article, draft=draft)
    assert article is not None, findings
    report = check(article, result.outputs[0].path.parent, validators=False)
    return [str(finding) for finding in report.findings]
