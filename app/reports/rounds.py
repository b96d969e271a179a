"""Acts and reads of evaluation rounds: open one, enter the score of a stage, see what is still missing (kla-cluster-v 2.2, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries as people
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import NotFound, Problem, Refused
from app.domain.indicators import Indicator, IndicatorSet, Label, indicator_set
from app.domain.kla_scores import Standing, read_score, round_problems, score_problems, standing
from app.reports import entered_services, queries
from app.reports.counting.entered import Entered, EnteredValues
from app.reports.round_models import EvaluationRound, EvaluationScore
from app.work import Work


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round to be opened."""

    award_year: int
    first_year: int
    last_year: int
    indicator_set: str


@dataclass(frozen=True, slots=True)
class Filled:
    """How far one sub-indicator and year are: numbers of other agencies, questions, and entries a second person has not seen."""

    numbers: int
    of_numbers: int
    answers: int
    of_answers: int
    unverified: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and everything was verified."""
        return (self.numbers, self.answers, self.unverified) == (self.of_numbers, self.of_answers, 0)


@dataclass(frozen=True, slots=True)
class Scored:
    """A score as entered, with its standing and who entered it."""

    stage: str
    score: Decimal
    standing: Standing
    document: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A round with its completeness per sub-indicator and year, and its scores: the newest of each stage, then what it replaced."""

    round: EvaluationRound
    indicators: IndicatorSet
    years: Sequence[int]
    filled: Sequence[tuple[str, Label, Sequence[tuple[int, Filled]]]]
    scores: Mapping[str, Scored]
    replaced: Sequence[Scored]


def of_unit(work: Work) -> Sequence[EvaluationRound]:
    """Rounds of the own unit, newest first."""
    unit = queries.unit(work)
    wanted = select(EvaluationRound).where(EvaluationRound.unit_id == unit.id)
    return work.session.scalars(wanted.order_by(EvaluationRound.award_year.desc())).all()


def get(work: Work, round_id: UUID) -> EvaluationRound:
    """A round of the own unit; NotFound for any other."""
    row = work.session.get(EvaluationRound, round_id)
    if row is None or row.unit_id != queries.unit(work).id:
        raise NotFound("round")
    return row


def open_round(work: Work, new: NewRound) -> EvaluationRound:
    """Open a round of the own unit. Refused for wrong years, an award before the set began, or a second round of one award."""
    work.actor.require(Capability.KLA_ENTER)
    unit = queries.held_unit(work)
    problems = round_problems(indicator_set(new.indicator_set), new.award_year, new.first_year, new.last_year)
    if any(each.award_year == new.award_year for each in of_unit(work)):
        problems.append(Problem("round.twice", "award_year"))
    if problems:
        raise Refused(*problems)
    row = EvaluationRound(
        id=new_id(),
        unit_id=unit.id,
        award_year=new.award_year,
        indicator_set=new.indicator_set,
        first_year=new.first_year,
        last_year=new.last_year,
        opened_by=work.actor.user_id,
        opened_at=work.now,
    )
    work.session.add(row)
    work.recorded(Event.ROUND_OPENED, row.id, row=row, purpose=str(row.award_year))
    return row


def enter_score(work: Work, round_id: UUID, stage: str, score: str, document: str = "") -> EvaluationScore:
    """Enter the score of a stage as the evaluator gave it. Refused for an unknown stage or a score beyond the set's most."""
    work.actor.require(Capability.KLA_ENTER)
    row = get(work, round_id)
    problems = score_problems(indicator_set(row.indicator_set), stage, score)
    given = read_score(score)
    if problems or given is None:
        raise Refused(*problems)
    entered = EvaluationScore(
        id=new_id(),
        round_id=row.id,
        stage=stage,
        hundredths=int(given * 100),
        document=document,
        entered_by=work.actor.user_id,
        entered_at=work.now,
    )
    work.session.add(entered)
    work.recorded(Event.ROUND_SCORED, entered.id, row=entered, purpose=f"{row.award_year} {stage}")
    return entered


def overview(work: Work, round_id: UUID) -> Overview:
    """The round as its page shows it. No case is counted: completeness is about what people enter."""
    row = get(work, round_id)
    indicators = indicator_set(row.indicator_set)
    years = range(row.first_year, row.last_year + 1)
    entered = EnteredValues(entered_services.entered_for(work, row.unit_id, row.indicator_set))
    filled = [
        (each.code, each.name, [(year, filled_of(each, year, entered)) for year in years])
        for each in indicators.indicators
    ]
    newest, replaced = _scores(work, row, indicators)
    return Overview(row, indicators, years, filled, newest, replaced)


def filled_of(indicator: Indicator, year: int, entered: EnteredValues) -> Filled:
    """What was entered of one sub-indicator for one year."""
    asked = [measure for measure in indicator.measures if entered_services.can_be_entered(measure)]
    found = {measure.code: entered.get(year, indicator.code, measure.code) for measure in asked}
    numbers = [measure.code for measure in asked if measure.source == "X"]
    questions = [measure.code for measure in asked if measure.source == "M"]
    return Filled(
        len(list(_there(found, numbers))),
        len(numbers),
        len(list(_there(found, questions))),
        len(questions),
        sum(each.verified_by is None for each in _there(found, found)),
    )


def _there(found: Mapping[str, Entered | None], codes: Iterable[str]) -> Iterator[Entered]:
    for code in codes:
        value = found[code]
        if value is not None and (value.nihil or value.value is not None):
            yield value


def _scores(work: Work, row: EvaluationRound, indicators: IndicatorSet) -> tuple[dict[str, Scored], list[Scored]]:
    wanted = select(EvaluationScore).where(EvaluationScore.round_id == row.id)
    rows = work.session.scalars(wanted.order_by(EvaluationScore.entered_at.desc(), EvaluationScore.id.desc())).all()
    names = people.names(work, {each.entered_by for each in rows if each.entered_by is not None})
    newest: dict[str, Scored] = {}
    replaced = []
    for each in rows:
        score = Decimal(each.hundredths) / 100
        who = names.get(each.entered_by, "") if each.entered_by is not None else ""
        scored = Scored(each.stage, score, standing(indicators, score), each.document, who)
        if newest.setdefault(each.stage, scored) is not scored:
            replaced.append(scored)
    return newest, replaced
