"""What tests share: the sample council, loaded once, and its report, written once."""

from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tests.readme_commands import ROOT, report_arguments

SAMPLE = ROOT / "sample_data"


@pytest.fixture(scope="session")
def council():
    import workforce_analytics as wa

    return wa.load(SAMPLE / "organisation.toml")


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory) -> Path:
    """Give the folder of the sample council's report, written by the README's first command.

    It takes a minute, and is only read. What the command said is beside it, in said.txt.
    """
    from workforce_analytics import cli

    folder = tmp_path_factory.mktemp("sample") / "report"
    with chdir(ROOT), redirect_stdout(StringIO()) as said:
        status = cli.main(report_arguments(folder))
    assert status == 0, said.getvalue()
    (folder.parent / "said.txt").write_text(said.getvalue(), encoding="utf-8")
    return folder
