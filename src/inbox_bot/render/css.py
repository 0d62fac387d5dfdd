"""Styles moved into the elements, since Outlook and webmail drop style sheets.

What cannot be inlined (dark mode, narrow screens) stays in a second style element marked
`data-css-inline="keep"`. Nothing is ever loaded from the network or the disk.
"""

from __future__ import annotations

import css_inline

_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, apply_width_attributes=True
)  # Outlook reads width="640"


def inline(html: str) -> str:
    """A whole HTML document with its first style element inlined."""
    return _INLINER.inline(html)
