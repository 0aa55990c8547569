"""Do the pages name files that exist?"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = re.compile(r"`((?:core|feeds|station|tests|bench|docs|themes)/[\w/]+(?:\.\w+|/)?)`")
LINKED = re.compile(r"\]\(([\w./-]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    named = [ROOT / name for name in NAMED.findall(text)]
    linked = [page.parent / name for name in LINKED.findall(text)]

    assert [str(path) for path in (*named, *linked) if not path.exists()] == []
