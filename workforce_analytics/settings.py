"""organisation.toml, read strictly: what it may say, and every mistake of it at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workforce_analytics.counting.populations import FILTERS
from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts.contracts import contract, contract_names, did_you_mean
from workforce_analytics.extracts.identifiers import load_key
from workforce_analytics.extracts.instruments import instrument
from workforce_analytics.extracts.matching import characteristics
from workforce_analytics.extracts.toml_files import read_toml
from workforce_analytics.measures.training_plan import read_plan

SHARES_ADD_UP_TO = 1.0
Part = Literal["workforce", "recruitment", "training", "participation", "survey", "networks"]
"""What an annual report may be about."""
PARTS: tuple[Part, ...] = get_args(Part)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where an extract lies, and the mapping that turns its columns into the contract's."""

    path: str
    mapping: str | None = None


class _OrganisationTable(_Strict):
    name: str
    areas: dict[str, float] = Field(default_factory=dict)
    structure_on: date | None = None


class Target(_Strict):
    """Where an indicator is to be by a date."""

    indicator: str
    value: float
    by: date


class _Ledger(_Strict):
    path: str


class KeepChoices(_Strict):
    """Which counts by vacancy outlive the applications, and where: personal data."""

    path: str
    characteristics: tuple[str, ...] = ()
    """All that the applications have unless said."""
    course: tuple[str, ...] = ()
    """The course that panel members took; the one most have completed unless said."""
    years: int = Field(default=0, ge=0)
    """For how many financial years, the latest one included; 0: until the file is deleted."""


class _Audience(_Strict):
    name: str
    reason: str = ""


class ReportChoices(_Strict):
    """What the annual report shows."""

    characteristics: tuple[str, ...] = ()
    by: str = "grade_band"
    level: Literal["main", "full"] = "main"
    """How detailed its tables are, unless too much of them would be hidden."""
    parts: tuple[Part, ...] = PARTS
    """What it is about, where the extracts are there."""
    events: tuple[str, ...] = ("disciplinary", "capability", "programme")
    """Which events at work it shows, the first of them on the page."""


class TrainingChoices(_Strict):
    """How the effect of recruitment training is looked at."""

    plan: dict[str, Any] = Field(default_factory=dict)
    """What was decided before anybody looked; measures.training_plan gives it its meaning."""
    course: tuple[str, ...] = ()
    """The course that panel members took; the one most have completed unless said."""
    date: Literal["planned", "actual"] | None = None
    """Which date of the roll-out counts; the planned one where the order was random unless said."""


class NetworkChoices(_Strict):
    """Whom staff networks are for, and what support each is to have."""

    eligible: dict[str, dict[str, str | tuple[str, ...]]] = Field(default_factory=dict)
    """Network -> field -> the categories of staff that it is for."""
    plan: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    """Kind of support -> how much of it each network is to have in a financial year."""


class SurveyChoices(_Strict):
    """What the staff survey asked, and what its weights bring into line with the staff."""

    instrument: str = Field(default="", min_length=1)
    """A shipped instrument, or a file of one's own, from the folder of organisation.toml."""
    margins: tuple[str, ...] = ()
    """The characteristics, and the unit, that weights are raked to."""
    trim: float = Field(default=5.0, gt=1)
    """The largest weight that a respondent may have, in mean weights."""


class _File(_Strict):
    organisation: _OrganisationTable
    extracts: dict[str, Source | list[Source]] = Field(default_factory=dict)
    populations: dict[str, dict[str, Any]] = Field(default_factory=dict)
    policy: dict[str, Any] = Field(default_factory=dict)
    ledger: _Ledger | None = None
    keep_counts: KeepChoices | None = None
    audience: _Audience | None = None
    report: ReportChoices = ReportChoices()
    targets: tuple[Target, ...] = ()
    training_impact: TrainingChoices = TrainingChoices()
    networks: NetworkChoices = NetworkChoices()
    survey: SurveyChoices = SurveyChoices()


class Settings:
    """What an organisation.toml says, its paths made whole."""

    def __init__(self, file: _File, folder: Path) -> None:
        self.folder = folder
        self.name = file.organisation.name
        self.areas: Mapping[str, float] = file.organisation.areas
        on = file.organisation.structure_on
        self.structure_on = on.isoformat() if on else ""
        self.populations: Mapping[str, Mapping[str, Any]] = file.populations
        self.policy: Mapping[str, object] = file.policy
        self.ledger_policy: Mapping[str, object] = (
            {"ledger": str(folder / file.ledger.path)} if file.ledger else {}
        )
        self.keep_counts = file.keep_counts
        self.kept_path = folder / file.keep_counts.path if file.keep_counts else None
        self.audience = file.audience
        self.report = file.report
        self.targets = file.targets
        self.training = file.training_impact
        self.networks = file.networks
        self.survey = file.survey
        self.plans: Mapping[str, Any] = {
            "plan": file.training_impact.plan,
            "networks": {"eligible": file.networks.eligible, "plan": file.networks.plan},
            "survey": {
                "instrument": _instrument(file.survey.instrument, folder),
                "margins": file.survey.margins,
                "trim": file.survey.trim,
            },
        }
        self.extracts: dict[str, list[Source]] = {
            name: [self._whole(item) for item in (said if isinstance(said, list) else [said])]
            for name, said in file.extracts.items()
        }

    def _whole(self, source: Source) -> Source:
        """Make a source's paths whole; a starter mapping keeps its bare name."""
        mapping = source.mapping
        if mapping is not None and mapping.endswith(".toml"):
            mapping = str(self.folder / mapping)
        return Source(path=str(self.folder / source.path), mapping=mapping)

    @property
    def on_engine(self) -> bool:
        """Whether an extract stays on an engine, where keys are not turned into pseudonyms."""
        return any(
            source.path.endswith(".parquet") or Path(source.path).is_dir()
            for sources in self.extracts.values()
            for source in sources
        )

    def key(self) -> bytes | None:
        """Give the organisation's key for pseudonyms, or None for a key of this session only."""
        return load_key()


def read_settings(path: str | Path) -> Settings:
    """Read an organisation.toml.

    Raises
    ------
    ConfigurationError
        It is missing, is not TOML, or says something that is not known: every mistake at once.
    """
    place = Path(path)
    if place.is_dir():
        place = place / "organisation.toml"
    missing = "there is no such file. Give the path of an organisation.toml, or of its folder"
    content = read_toml(place, what="organisation", missing=missing)
    mistakes: list[str] = []
    parsed = None
    try:
        parsed = _File.model_validate(content)
    except ValidationError as error:
        mistakes = [_mistake(item) for item in error.errors(include_url=False)]
    if parsed is not None:
        mistakes = [*_meaning(parsed), *_of_survey(parsed.survey, place.parent)]
    if mistakes or parsed is None:
        listed = "".join(f"\n  - {mistake}" for mistake in dict.fromkeys(mistakes))
        raise ConfigurationError(f"{place.name}: {len(set(mistakes))} to mend.{listed}")
    return Settings(parsed, place.parent)


def _mistake(item: Any) -> str:
    where = [str(part) for part in item["loc"] if part not in {"Source", "list[Source]"}]
    if item["type"] == "extra_forbidden":
        known = _File.model_fields if len(where) == 1 else ()
        return f"'{'.'.join(where)}' is not known.{did_you_mean(where[-1], known)}"
    if item["type"] == "missing":
        return f"'{'.'.join(where)}' is missing."
    return f"'{'.'.join(where)}': {item['msg'].removeprefix('Value error, ')}."


def _meaning(file: _File) -> list[str]:
    """Mistakes that the shape alone does not show."""
    mistakes = [
        f"[extracts.{name}] is not an extract this package knows."
        f"{did_you_mean(name, contract_names())}"
        for name in file.extracts
        if name not in contract_names()
    ]
    for name, filters in file.populations.items():
        mistakes += [
            f"[populations.{name}] '{field}' is not a field that populations are made of. "
            f"Allowed: title, {', '.join(FILTERS)}."
            for field in filters
            if field not in {*FILTERS, "title", "description"}
        ]
    kept = file.keep_counts.characteristics if file.keep_counts else ()
    mistakes += [
        f"[keep_counts] characteristics: '{name}' is not a characteristic."
        f"{did_you_mean(name, characteristics())}"
        for name in kept
        if name not in characteristics()
    ]
    if file.training_impact.plan:
        try:
            read_plan(file.training_impact.plan)
        except ConfigurationError as error:
            mistakes.append(str(error))
    mistakes += _of_networks(file.networks)
    weights = file.organisation.areas
    if weights and abs(sum(weights.values()) - SHARES_ADD_UP_TO) > 0.001:
        mistakes.append("[organisation] areas: the weights must add up to 1.")
    return mistakes


def _of_networks(choices: NetworkChoices) -> list[str]:
    """Kinds of support, and fields of staff, that there are not."""
    field = contract("network_support").field("kind")
    kinds = [item.value for item in (field.categories if field else ())]
    mistakes = [
        f"[networks.plan] '{kind}' is not a kind of support.{did_you_mean(kind, kinds)} "
        f"Allowed: {', '.join(kinds)}."
        for kind in choices.plan
        if kind not in kinds
    ]
    fields = sorted(item.name for item in contract("workforce").fields if item.codelist)
    for network, whom in choices.eligible.items():
        where = f"[networks.eligible.{network}]"
        if not whom:
            mistakes.append(f"{where} names nobody. Write the categories of staff that it is for.")
        mistakes += [
            f"{where} '{name}' is not a characteristic of staff.{did_you_mean(name, fields)} "
            f"Allowed: {', '.join(fields)}."
            for name in whom
            if name not in fields
        ]
    return mistakes


def _instrument(said: str, folder: Path) -> str:
    """Make the path of an instrument whole; a shipped one keeps its bare name."""
    return str(folder / said) if said.endswith(".toml") else said


def _of_survey(choices: SurveyChoices, folder: Path) -> list[str]:
    """Mistakes of the instrument that is named, and margins that nobody can count staff by."""
    mistakes = []
    if choices.instrument:
        try:
            instrument(_instrument(choices.instrument, folder))
        except ConfigurationError as error:
            mistakes.append(f"[survey] instrument: {error}".replace("\n", "\n  "))
    allowed = survey_margins()
    mistakes += [
        f"[survey] margins: '{name}' is nothing that staff are counted by."
        f"{did_you_mean(name, allowed)} Allowed: {', '.join(allowed)}."
        for name in choices.margins
        if name not in allowed
    ]
    twice = [name for name, n in Counter(choices.margins).items() if n > 1]
    mistakes += [f"[survey] margins: '{name}' stands there twice." for name in twice]
    return mistakes


def survey_margins() -> tuple[str, ...]:
    """Give the names that a survey may be weighted by: units, and characteristics of staff."""
    fields = [item for item in contract("survey_eligible").fields if item.codelist]
    return ("unit", "directorate", "service", *sorted(str(item.codelist) for item in fields))
