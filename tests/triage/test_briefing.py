from pathlib import Path

import pytest

from inbox_bot.errors import ConfigError
from inbox_bot.triage import briefing


def test_a_document_without_a_link_is_refused(tmp_path: Path):
    path = tmp_path / "briefing.toml"
    path.write_text('[[document]]\ntitle = "Plan"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="document 1 needs a title and a link"):
        briefing.load(path)
