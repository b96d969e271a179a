"""Public releases hide what they must: by example, against an attacker's linear program, and by refusing."""

from __future__ import annotations

import sys

import pytest

from app.domain.disclosure.plan import (
    Figures,
    Span,
    make_part,
    make_year,
    newest_parts,
    next_span,
    public_tables,
    usual_threshold,
)
from app.domain.disclosure.protect import Line, Linked, NotSafe, Refusal, Rule, Why, protect_part, protect_year
from tests.domain import disclosure_attack

FIVE = Rule(5)


def line(key: str, **cells: int) -> Line:
    return Line(key, sum(cells.values()), cells)


def figures(girls: int, boys: int, psychic: int = 0) -> Figures:
    total = girls + boys
    tables = {
        "sex": {"L": boys, "P": girls, "X": 0},
        "group": {"ANAK": total, "DEWASA": 0, "TIDAK_DIKETAHUI": 0},
        "violence": {"FISIK": total, "PSIKIS": psychic},
        "kecamatan": {"63.03.01": total, "63.03.02": 0, "LUAR": 0},
    }
    return Figures(total, tables)


def test_a_small_cell_is_hidden_with_another_that_protects_it():
    protected = protect_part(line("q1", L=2, P=30, X=0), FIVE)
    assert protected.hidden == {"L": Why.SMALL, "P": Why.COMPLEMENT}
    assert protected.shown() == {"L": None, "P": None, "X": 0}


def test_two_small_cells_do_not_protect_each_other():
    protected = protect_part(line("q1", A=2, B=2, C=40), FIVE)
    assert set(protected.hidden) == {"A", "B", "C"}


def test_a_hidden_cell_is_never_alone():
    """Alone it would be known for a small one, even where no sum gives it away."""
    kinds = Line("q1", 34, {"FISIK": 13, "PSIKIS": 20, "TPPO": 2, "LAIN": 0})
    assert set(protect_part(kinds, Rule(5, is_multi=True)).hidden) == {"TPPO", "FISIK"}


def test_the_sum_of_a_column_gives_no_quarter_away():
    """Shown in the year and in three quarters, the fourth is the difference."""
    parts = [protect_part(line(f"q{n}", L=9, P=30, X=0), FIVE) for n in (1, 2, 3)]
    parts.append(protect_part(line("q4", L=2, P=30, X=0), FIVE))
    year = protect_year(line("year", L=29, P=120, X=0), FIVE, parts)
    assert set(year.hidden) == {"L", "P"}


def test_the_search_stops_at_what_the_network_says():
    parts = tuple(protect_part(line(f"q{n}", L=4, P=30, X=0), FIVE) for n in (1, 2, 3, 4))
    year = protect_year(line("year", L=16, P=120, X=0), FIVE, parts)
    assert not year.hidden
    assert all(found.width >= 5 for found in Linked(parts, year).ranges(FIVE).values())


def test_what_was_hidden_stays_hidden_and_a_small_difference_is_hidden_too():
    first = protect_part(line("q1", A=2, B=10, C=20, D=30), FIVE)
    second = protect_part(line("q1", A=6, B=10, C=23, D=30), FIVE, [first])
    assert second.hidden == {"A": Why.EARLIER, "B": Why.EARLIER, "C": Why.CHANGED}


def test_a_zero_below_the_kabupaten_joins_the_hidden():
    below = Rule(5, zeros_shown=False)
    assert set(protect_part(line("2025", K1=0, K2=3, K3=40, K4=50), below).hidden) == {"K1", "K2", "K3"}


def test_a_total_too_small_is_refused_and_carried_into_the_next_quarter():
    with pytest.raises(NotSafe) as refused:
        make_part(Span(2025, 1, 1), figures(3, 1), [], 5)
    assert refused.value.refusal is Refusal.SMALL_TOTAL
    assert next_span(2025, 2, []) == Span(2025, 1, 2)


def test_a_correction_is_out_only_when_it_tells_of_many():
    first = make_part(Span(2025, 1, 1), figures(20, 10), [], 5)
    for later, refusal in ((figures(21, 10), Refusal.SMALL_CHANGE), (figures(20, 10), Refusal.NOTHING_CHANGED)):
        with pytest.raises(NotSafe) as refused:
            make_part(Span(2025, 1, 1), later, [first], 5)
        assert refused.value.refusal is refusal
    assert make_part(Span(2025, 1, 1), figures(26, 10), [first], 5).version == 2


def test_the_year_is_the_sum_of_its_parts_and_comes_after_them():
    past = [make_part(Span(2025, n, n), figures(20, 10), [], 5) for n in (1, 2, 3)]
    with pytest.raises(NotSafe) as refused:
        make_year(2025, figures(0, 0), past, 5)
    assert refused.value.refusal is Refusal.PARTS_MISSING
    past.append(make_part(Span(2025, 4, 4), figures(20, 10), past, 5))
    year = make_year(2025, figures(999, 0), past, 5)
    assert year.figures.total == 120
    with pytest.raises(NotSafe) as refused:
        make_part(Span(2025, 4, 4), figures(50, 10), [*past, year], 5)
    assert refused.value.refusal is Refusal.YEAR_IS_OUT


def test_the_fixed_list_is_one_way_and_never_below_the_kecamatan():
    assert [table.name for table in public_tables()] == ["sex", "group", "violence", "kecamatan"]
    assert [table.each for table in public_tables() if table.level == "kecamatan"] == [("year",)]
    assert usual_threshold() == 5
    with pytest.raises(ValueError, match="threshold"):
        Rule(2)


def test_an_attackers_linear_program_finds_no_hidden_cell():
    for seed in (0, 3):
        releases, _refused = disclosure_attack.two_years(seed)
        assert disclosure_attack.narrowest(releases)[0] >= 5 - 1e-6


def test_the_bounds_found_here_are_those_of_the_linear_program():
    releases, _refused = disclosure_attack.two_years(2)
    year = next(r for r in releases if r.span == Span(2025, is_year=True) and r.version == 1)
    newest = newest_parts(2025, releases)
    for table in (each for each in public_tables() if "part" in each.each):
        attack = disclosure_attack.Attack(table, [*newest, year]).ranges()
        linked = Linked(tuple(part.lines[table.name] for part in newest), year.lines[table.name])
        found = linked.ranges(table.rule(5))
        assert {cell: (at.low, at.high) for cell, at in found.items()} == {
            cell: pytest.approx(ends) for cell, ends in attack.items()
        }


@pytest.mark.slow
def test_the_attacker_fails_on_a_hundred_kabupaten(capsys):
    hidden = cells = refused = 0
    for seed in range(100, 200):
        releases, refusals = disclosure_attack.two_years(seed)
        width, some, of = disclosure_attack.narrowest(releases)
        assert width >= 5 - 1e-6, seed
        hidden, cells, refused = hidden + some, cells + of, refused + refusals
    with capsys.disabled():
        sys.stdout.write(f"hidden: {hidden} of {cells} cells ({hidden / cells:.1%}); refused: {refused}\n")
    assert 0 < hidden / cells < 0.8
