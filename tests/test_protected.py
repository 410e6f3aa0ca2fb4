"""What an audience may see of a table, and that nothing exact is left behind it."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workforce_analytics as wa
from workforce_analytics.disclosure import protect_together, reasons, session
from workforce_analytics.disclosure.attack import intervals
from workforce_analytics.disclosure.ledger import read
from workforce_analytics.disclosure.protected import Protected
from workforce_analytics.errors import (
    CannotWrite,
    ConfigurationError,
    DisclosureRefused,
    UsageError,
)
from workforce_analytics.estimates import About, CellBuilder, Estimates, assemble

GROUPS = {"asian": 641, "black": 40, "mixed": 3, "white": 3453, "other": 0, "not_known": 25}
UNDECLARED = {"not_known"}


@pytest.fixture(autouse=True)
def public_again() -> Iterator[None]:
    yield
    wa.audience("public")


def about(**more: Any) -> About:
    words: dict[str, Any] = {
        "title": "Ethnic group of the workforce",
        "question": "Which ethnic groups do our staff belong to?",
        "definition": "Staff in a group divided by all staff.",
        "source": "HR system",
        "population": "the workforce",
        "base": "all staff",
        "period": "2025-03-31",
        "counted": "people",
        "groups": ("ethnicity",),
        "headings": {"ethnicity": "Ethnic group"},
        "order": {"ethnicity": tuple(GROUPS)},
    }
    return About(**(words | more))


def rows_of(
    builder: CellBuilder, counts: dict[tuple[str, ...], int], within: dict[str, str]
) -> list[tuple[dict[str, Any], int, int]]:
    """Rows of both shares, an index and the census share, with the cells they rest on."""
    everyone = builder.cell(**within)
    known = builder.cell(**within, ethnicity=[g for g in GROUPS if g not in UNDECLARED])
    rows = []
    for group in GROUPS:
        cell = builder.cell(**within, ethnicity=group)
        bases = [("share_of_all", "proportion", everyone)]
        if group not in UNDECLARED:
            bases.append(("share_of_known", "proportion", known))
            bases.append(("representation_index", "ratio", known))
        for measure, unit, base in bases:
            n, total = builder.n(cell), builder.n(base)
            share = n / total if total else float("nan")
            row = {
                "measure": measure,
                "period": "2025-03-31",
                "ethnicity": group,
                **within,
                "numerator": n,
                "denominator": total,
                "value": share,
                "lower": share / 2,
                "upper": share * 1.5,
                "unit": unit,
                "status": "ok" if total else "undefined",
                "note": f"{n} of {total}",
            }
            rows.append((row, cell, base))
        row = {"measure": "community_share", "period": "2025-03-31", "ethnicity": group, **within}
        rows.append(({**row, "value": 0.2, "unit": "proportion", "status": "reference"}, -1, -1))
    return rows


def shares(counts: dict[str, int] | None = None, **more: Any) -> Estimates:
    keyed = {(group,): n for group, n in (counts or GROUPS).items()}
    builder = CellBuilder(keyed, ["ethnicity"])
    rows = rows_of(builder, keyed, {})
    cells = builder.finish([n for _, n, _ in rows], [total for _, _, total in rows])
    return assemble([row for row, _, _ in rows], about(**more), cells)


def by_grade(table: dict[str, dict[str, int]], **more: Any) -> Estimates:
    keyed = {(group, grade): n for grade, of in table.items() for group, n in of.items()}
    builder = CellBuilder(keyed, ["ethnicity", "grade"])
    rows = []
    for within in [{"grade": grade} for grade in table]:
        rows += rows_of(builder, keyed, within)
    cells = builder.finish([n for _, n, _ in rows], [total for _, _, total in rows])
    words = about(groups=("ethnicity", "grade"), **more)
    return assemble([row for row, _, _ in rows], words, cells)


def figure(protected: Protected, measure: str, group: str, **where: str) -> dict[str, Any]:
    frame = protected.to_frame()
    wanted = (frame["measure"] == measure) & (frame["ethnicity"] == group)
    for name, label in where.items():
        wanted &= frame[name] == label
    return frame[wanted].iloc[0].to_dict()


def test_a_small_count_is_hidden_with_all_that_rests_on_it() -> None:
    protected = shares().protect()
    for measure in ("share_of_all", "share_of_known", "representation_index"):
        row = figure(protected, measure, "mixed")
        assert row["numerator_mark"] == row["value_mark"] == "[c]"
        assert row["status"] == "suppressed"
        assert row["note"] == ""
        assert all(pd.isna(row[name]) for name in ("numerator", "value", "lower", "upper"))


def test_another_count_is_hidden_so_that_it_cannot_be_subtracted() -> None:
    protected = shares().protect()
    assert protected.decisions.primary == 1
    assert protected.decisions.complementary >= 1
    estimates = shares()
    cells = estimates.cells
    assert cells is not None
    frame = protected.to_frame()
    hidden = np.zeros(len(cells.members), dtype=bool)
    for name in ("numerator", "denominator"):
        places = getattr(cells, name)
        marks = (frame[f"{name}_mark"] == "[c]").to_numpy()
        hidden[places[marks & (places >= 0)]] = True
    low, high = intervals(cells.base, cells.members, hidden)
    assert hidden.sum() == protected.decisions.hidden
    assert (high - low)[hidden].min() >= 9


def test_zeros_and_the_census_are_shown() -> None:
    protected = shares().protect()
    assert figure(protected, "share_of_all", "other")["numerator"] == 0
    census = figure(protected, "community_share", "mixed")
    assert (census["value"], census["value_mark"], census["numerator_mark"]) == (0.2, "", "[z]")
    assert census["status"] == "reference"


def test_rows_are_flagged_and_never_dropped() -> None:
    estimates = shares()
    frame = estimates.to_frame()
    assert len(frame) == len(estimates)
    assert list(frame["ethnicity"]) == list(estimates._exact["ethnicity"])


def test_nothing_exact_is_left_behind() -> None:
    protected = shares().protect()
    held = pickle.dumps(protected)
    assert pickle.loads(held).to_frame().equals(protected.to_frame())
    assert all(not isinstance(value, Estimates) for value in vars(protected).values())
    assert protected.to_frame()["numerator"].isin([3]).sum() == 0


def test_the_callers_copy_changes_nothing() -> None:
    protected = shares().protect()
    frame = protected.to_frame()
    frame["value"] = 1.0
    assert figure(protected, "community_share", "mixed")["value"] == 0.2


def test_csv_has_marks_in_its_cells_and_the_same_bytes(tmp_path: Path) -> None:
    text = shares().protect().to_csv()
    assert text is not None
    lines = text.splitlines()
    assert not any("_mark" in heading for heading in lines[0].split(","))
    mixed = next(line for line in lines if line.startswith("share_of_all,2025-03-31,mixed"))
    assert mixed.split(",")[3:8] == ["[c]", "4162", "[c]", "[c]", "[c]"]
    shares().protect().to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == text.encode("utf-8")


def test_csv_cells_cannot_start_a_formula() -> None:
    rows = [{"measure": "share_of_all", "ethnicity": label} for label in ("=1+1", "+x", "-x", "@x")]
    text = assemble(rows, about()).protect().to_csv()
    assert text is not None
    assert [line.split(",")[2] for line in text.splitlines()[1:]] == ["'=1+1", "'+x", "'-x", "'@x"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match=r"a\.csv"):
        shares().protect().to_csv(tmp_path / "missing" / "a.csv")


def test_the_repr_is_a_plain_table_with_base_and_policy() -> None:
    text = repr(shares())
    assert text.splitlines()[:3] == [
        "Ethnic group of the workforce",
        "Base: all staff",
        "Counts from 1 to 9, and all from which they could be worked out, are hidden [c].",
    ]
    assert "[c]" in text
    assert "15.4%" in text


def test_a_model_rests_on_enough_people_and_its_verdict_stands_in_the_text() -> None:
    builder = CellBuilder({("white",): 50}, ["ethnicity"])
    names = {"asian": ("narrowed", 40), "mixed": ("widened", 9)}
    rows = [
        {"measure": measure, "ethnicity": group, "value": value, "note": note, "unit": "statistic"}
        for group, (word, _) in names.items()
        for measure, value, note in (("effect", 1.25, ""), ("verdict", float("nan"), word))
    ]
    fewest = [few for _, few in names.values() for _ in range(2)]
    cells = builder.finish([-1] * 4, [-1] * 4, [()] * 4, fewest)
    model = assemble(rows, about(), cells)
    assert model.to_frame()["value"].notna().tolist() == [True, False, False, False]
    assert "narrowed" in repr(model)
    assert "widened" not in repr(model)
    assert "1.25" in repr(model)
    rounding = assemble(rows, about(policy={"profile": "ons_10_5"}), cells)
    assert rounding.to_frame()["value"].notna().tolist() == [True, False, False, False]


def test_the_sentence_for_the_page_does_not_say_which_are_small() -> None:
    words = str(shares().protect().decisions)
    assert words == (
        "2 of 8 counts are hidden, marked [c], with every figure that rests on them: they are from "
        "1 to 9, or such a count could be worked out from them."
    )


def test_what_was_public_already_is_shown_with_its_source() -> None:
    protected = shares(published="Leeds City Council, 2024").protect()
    assert figure(protected, "share_of_all", "mixed")["numerator"] == 3
    assert "Leeds City Council, 2024" in protected.decisions.words


def test_a_table_without_counts_hides_nothing() -> None:
    rows = [{"measure": "community_share", "ethnicity": "mixed", "value": 0.03}]
    protected = assemble(rows, about()).protect()
    assert protected.to_frame()["value"].tolist() == [0.03]


def test_without_cells_each_row_is_held_against_the_threshold() -> None:
    counts = [(3, 100), (97, 100), (50, 100), (0, 100), (2, 4), (100, 100)]
    rows = [
        {
            "measure": "share",
            "ethnicity": str(place),
            "numerator": n,
            "denominator": total,
            "value": n / total,
            "unit": "proportion",
        }
        for place, (n, total) in enumerate(counts)
    ]
    frame = assemble(rows, about()).protect().to_frame()
    hidden = ["[c]", "[c]", "", "", "[c]", ""]
    assert frame["numerator_mark"].tolist() == frame["value_mark"].tolist() == hidden
    assert frame["denominator_mark"].tolist() == ["", "", "", "", "[c]", ""]


def test_a_figure_worked_out_from_a_hidden_cell_is_hidden() -> None:
    builder = CellBuilder({("a",): 3, ("b",): 30, ("c",): 40}, ["ethnicity"])
    first, rest = builder.cell(ethnicity="a"), builder.cell(ethnicity="c")
    rows = [
        {"measure": "count", "ethnicity": "a", "numerator": 3, "unit": "people", "value": 3},
        {"measure": "change", "ethnicity": "a", "value": 0.2, "unit": "percentage_points"},
        {"measure": "change", "ethnicity": "c", "value": 0.1, "unit": "percentage_points"},
    ]
    cells = builder.finish([first, -1, -1], [-1, -1, -1], [(), (first,), (rest,)])
    frame = assemble(rows, about(), cells).protect().to_frame()
    assert frame["value_mark"].tolist() == ["[c]", "[c]", ""]


def test_few_full_time_equivalents_are_hidden_however_they_are_counted() -> None:
    # 5.6 FTE, held as ten-thousandths.
    builder = CellBuilder({("a",): 56_216, ("b",): 301_000}, ["ethnicity"])
    rows = [
        {"measure": "count", "ethnicity": group, "numerator": n, "value": n, "unit": "fte"}
        for group, n in (("a", 5.6216), ("b", 30.1))
    ]
    cells = builder.finish([builder.cell(ethnicity=group) for group in "ab"], [-1, -1])
    frame = assemble(rows, about(counted="fte"), cells).protect().to_frame()
    assert frame["numerator_mark"].tolist() == frame["value_mark"].tolist() == ["[c]", ""]


def test_a_comparison_with_a_hidden_group_is_hidden() -> None:
    builder = CellBuilder({("a",): 3, ("b",): 30}, ["ethnicity"])
    cells = [builder.cell(ethnicity=group) for group in "ab"]
    rows = [
        {"measure": "rate", "ethnicity": "a", "numerator": 3, "value": 0.1, "unit": "proportion"},
        {"measure": "ratio", "ethnicity": "b", "numerator": 30, "value": 2.0, "reference": "a"},
    ]
    table = assemble(rows, about(), builder.finish(cells, [-1, -1]))
    assert table.protect().to_frame()["value_mark"].tolist() == ["[c]", "[c]"]
    assert table.protect().to_frame()["numerator_mark"].tolist() == ["[c]", ""]


def test_management_sees_counts_from_five_on() -> None:
    counts = GROUPS | {"mixed": 7}
    protected = shares(counts).protect(audience="management")
    assert protected.audience == "management"
    assert figure(protected, "share_of_all", "mixed")["numerator"] == 7
    assert figure(shares(counts).protect(), "share_of_all", "mixed")["numerator_mark"] == "[c]"


def test_exact_figures_need_a_session_switched_to_them_with_a_reason() -> None:
    table = shares()
    with pytest.raises(DisclosureRefused, match=r"wa\.audience"):
        table.protect(audience="analyst")
    with pytest.raises(DisclosureRefused, match="reason"):
        wa.audience("analyst", reason=" ")
    wa.audience("analyst", reason="checking against payroll")
    protected = table.protect()
    assert figure(protected, "share_of_all", "mixed")["numerator"] == 3
    assert "not for sharing" in repr(protected)
    assert reasons()[-1] == ("audience: analyst", "checking against payroll")
    wa.audience("public")
    assert figure(table.protect(), "share_of_all", "mixed")["numerator_mark"] == "[c]"


def test_unknown_audiences_are_refused() -> None:
    with pytest.raises(UsageError, match="public, management, analyst"):
        wa.audience("everybody")
    with pytest.raises(UsageError, match="public, management, analyst"):
        shares().protect(audience="everybody")
    assert session.current() == "public"


def test_unprotected_needs_a_reason_and_writes_it_down(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    table = shares(policy={"ledger": str(ledger)})
    with pytest.raises(DisclosureRefused):
        table.unprotected(reason="")
    assert not ledger.exists()
    exact = table.unprotected(reason="asked for by the auditor")
    assert exact["numerator"].isin([3]).any()
    table.unprotected(reason="and again")
    reasons_given = [entry.content["reason"] for entry in read(ledger)]
    assert reasons_given == ["asked for by the auditor", "and again"]
    assert reasons()[-1] == ("Ethnic group of the workforce", "and again")
    exact["value"] = 0.0
    assert (table.unprotected(reason="once more")["value"] != 0).any()


def test_unprotected_gives_nothing_where_the_ledger_cannot_be_written(tmp_path: Path) -> None:
    table = shares(policy={"ledger": str(tmp_path / "missing" / "ledger.jsonl")})
    with pytest.raises(CannotWrite):
        table.unprotected(reason="asked for by the auditor")


def test_a_policy_with_a_mistake_shows_nothing() -> None:
    with pytest.raises(ConfigurationError):
        shares(policy={"treshold": 3}).to_frame()


def test_rounded_counts_and_shares_worked_out_from_them() -> None:
    protected = shares(policy={"profile": "midpoint6"}).protect()
    row = figure(protected, "share_of_known", "mixed")
    assert (row["numerator"], row["denominator"]) == (3, 4137)
    assert row["value"] == 3 / 4137
    assert pd.isna(row["lower"])
    assert figure(protected, "representation_index", "white")["value_mark"] == "[x]"
    assert figure(protected, "community_share", "white")["value"] == 0.2


def test_percentages_on_a_small_base_are_hidden() -> None:
    counts = {"asian": 12, "black": 10, "mixed": 0, "white": 0, "other": 0, "not_known": 0}
    row = figure(shares(counts, policy={"profile": "hesa"}).protect(), "share_of_all", "asian")
    assert (row["numerator"], row["denominator"], row["value_mark"]) == (10, 20, "[c]")
    more = counts | {"white": 1}
    row = figure(shares(more, policy={"profile": "hesa"}).protect(), "share_of_all", "asian")
    assert (row["numerator"], row["denominator"], row["value"]) == (10, 25, 0.4)


def test_small_counts_are_stars_in_the_nhs_profile() -> None:
    row = figure(shares(policy={"profile": "nhs"}).protect(), "share_of_all", "mixed")
    assert (row["numerator_mark"], row["value_mark"]) == ("*", "*")


FULL = {
    "junior": dict.fromkeys(GROUPS, 0) | {"asian": 60, "black": 45, "white": 300, "not_known": 20},
    "senior": dict.fromkeys(GROUPS, 0) | {"white": 30},
}


def test_groups_all_alike_are_flagged() -> None:
    protected = by_grade(FULL).protect()
    assert protected.decisions.full_groups == ("white, senior",)
    row = figure(protected, "share_of_all", "asian", grade="senior")
    assert row["numerator"] == 0


def test_groups_all_alike_can_be_hidden() -> None:
    protected = by_grade(FULL, policy={"full_groups": "hide"}).protect()
    assert protected.decisions.full_groups == ()
    for group in ("white", "asian", "not_known"):
        row = figure(protected, "share_of_all", group, grade="senior")
        assert row["numerator_mark"] == "[c]"


def test_zeros_can_be_hidden() -> None:
    row = figure(shares(policy={"zeros": "hide"}).protect(), "share_of_all", "other")
    assert row["numerator_mark"] == "[c]"


GRADES = {
    "junior": {"asian": 60, "black": 4, "mixed": 20, "white": 300, "other": 15, "not_known": 20},
    "senior": {"asian": 12, "black": 11, "mixed": 11, "white": 30, "other": 16, "not_known": 10},
}
TOTALS = {group: sum(of[group] for of in GRADES.values()) for group in GROUPS}


def test_tables_of_the_same_people_do_not_give_each_other_away() -> None:
    # The table by grade has no total over grades; the other table prints it.
    apart = by_grade(GRADES).protect(), shares(TOTALS).protect()
    together = protect_together([by_grade(GRADES), shares(TOTALS)])
    assert figure(apart[1], "share_of_all", "black")["numerator"] == 15

    def black_known(protected: tuple[Protected, ...] | list[Protected]) -> list[bool]:
        junior = figure(protected[0], "share_of_all", "black", grade="junior")
        senior = figure(protected[0], "share_of_all", "black", grade="senior")
        total = figure(protected[1], "share_of_all", "black")
        return [row["numerator_mark"] == "" for row in (junior, senior, total)]

    assert black_known(apart) == [False, True, True]
    assert black_known(together)[0] is False
    assert not all(black_known(together)[1:])


def test_tables_of_other_people_are_protected_apart() -> None:
    others = shares({group: n + 1 for group, n in TOTALS.items()})
    found = protect_together([by_grade(GRADES), others])
    assert found[1].to_frame().equals(others.protect().to_frame())


def test_dates_of_a_series_hang_together_with_the_table_of_one_date() -> None:
    dates = {"2024-03-31": 30, "2025-03-31": 40}
    keyed = {("black", day): n for day, n in dates.items()} | {("white", day): 99 for day in dates}
    builder = CellBuilder(keyed, ["ethnicity", "snapshot_date"])
    rows = [
        {"measure": "count", "ethnicity": "black", "period": day, "numerator": n, "unit": "people"}
        for day, n in dates.items()
    ]
    cells = builder.finish(
        [builder.cell(ethnicity="black", snapshot_date=day) for day in dates], [-1, -1]
    )
    series = assemble(rows, about(period="2024-03-31 to 2025-03-31"), cells)
    counts = {("black",): 40, ("white",): 99}
    now = CellBuilder(counts, ["ethnicity"])
    one = assemble(
        [{"measure": "count", "ethnicity": "black", "numerator": 40, "unit": "people"}],
        about(),
        now.finish([now.cell(ethnicity="black")], [-1]),
    )
    found = protect_together([one, series])
    assert [item.decisions.hidden for item in found] == [0, 0]
    assert [len(item.to_frame()) for item in found] == [1, 2]


def test_the_same_bytes_for_any_order_of_rows() -> None:
    mixed = {group: GROUPS[group] for group in reversed(GROUPS)}
    one, other = shares().to_csv(), shares(mixed).to_csv()
    assert one is not None
    assert one == other


def test_shown_to_people_through_publishing(
    council: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protected = wa.composition.shares(council.workforce, of="ethnicity").protect()
    protected.show()
    assert protected.decisions.words in capsys.readouterr().out
    assert "<caption" in protected._repr_html_()
    assert protected.sentence().endswith(".")
    assert protected.plot().alt
    assert {path.suffix for path in protected.write(tmp_path)} == {".csv", ".json"}


def test_what_is_not_for_the_public_says_so_wherever_it_is_shown() -> None:
    table = shares()
    assert "Not for sharing" not in repr(table.protect())
    managed = table.protect(audience="management")
    assert repr(managed).count("Not for sharing") == 1
    assert managed.policy.words in repr(managed)
    wa.audience("analyst", reason="checking the extract against payroll")
    exact = table.protect(audience="analyst")
    assert repr(exact).count("not for sharing") == 1
    assert exact.policy.words not in repr(exact)


def test_a_q_value_goes_with_the_p_value_that_it_may_be() -> None:
    """Benjamini and Hochberg's q-value of one group is often the p-value of the next one."""
    counts = {("a", "x"): 300, ("a", "y"): 20, ("b", "x"): 400, ("b", "y"): 45}
    counts |= {("c", "x"): 60, ("c", "y"): 4, ("d", "x"): 900, ("d", "y"): 130}
    cells = CellBuilder(counts, ["group", "what"])
    rows, places = [], []
    for group, p_value in (("a", 0.02), ("b", 0.031), ("c", 0.03), ("d", np.nan)):
        part, whole = cells.cell(group=group, what="y"), cells.cell(group=group)
        places.append((part, whole))
        rows.append(
            {"measure": "relative_likelihood", "group": group, "unit": "ratio", "value": 1.0}
            | {"numerator": cells.n(part), "denominator": cells.n(whole)}
            | {"p_value": p_value, "q_value": 0.031 if p_value < 1 else np.nan}
        )
    made = cells.finish(*zip(*places, strict=True))
    frame = protect_together([assemble(rows, about(groups=("group",)), made)])[0].to_frame()
    shown = frame["value_mark"] == ""
    assert 0 < shown.sum() < len(frame)
    assert frame.loc[shown & (frame["group"] != "d"), "p_value"].notna().all()
    assert frame["q_value"].isna().all()
