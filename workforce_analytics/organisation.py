"""organisation.toml -> Organisation: every extract of a body read, checked and tied together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from workforce_analytics import engine
from workforce_analytics.counting.kept import Kept
from workforce_analytics.counting.kept_file import kept_counts
from workforce_analytics.counting.overview import declarations, who_is_counted
from workforce_analytics.disclosure import policy as disclosure_policy
from workforce_analytics.disclosure import session
from workforce_analytics.engine import columns
from workforce_analytics.errors import ConfigurationError, DataError, UsageError
from workforce_analytics.extracts.attaching import with_attachments
from workforce_analytics.extracts.contracts import contract_names, did_you_mean
from workforce_analytics.extracts.extract import Context, Extract, from_prepared
from workforce_analytics.extracts.joins import join_rates
from workforce_analytics.extracts.objections import with_objections
from workforce_analytics.extracts.preparing import Keys, Prepared, prepare
from workforce_analytics.extracts.quality import Problem, QualityReport, combine
from workforce_analytics.extracts.survey_checks import survey_quality
from workforce_analytics.settings import Settings, read_settings

SURVEY = ("survey_responses", "survey_eligible")
NETWORKS = (
    "network_members",
    "network_counts",
    "network_events",
    "network_attendance",
    "network_support",
)
Progress = Callable[[str, int, int], None]
"""Called with what is being done, which step it is and of how many."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """Several extracts that answer questions together: the survey, or the networks."""

    extracts: Mapping[str, Extract]

    def __getattr__(self, name: str) -> Extract:
        if name.startswith("__") or name == "extracts":
            raise AttributeError(name)
        if name not in self.extracts:
            raise UsageError(_not_loaded(name, self.extracts))
        return self.extracts[name]


@dataclass(frozen=True, eq=False)
class Organisation:
    """A body with its extracts, each an attribute under its contract's name.

    `council.workforce`, `council.applications`, ...; `council.survey` and `council.networks`
    bundle theirs. `council.quality` says what is wrong with the data and how to mend it.
    """

    name: str
    extracts: Mapping[str, Extract]
    quality: QualityReport
    settings: Settings
    context: Context = field(default_factory=Context)

    @property
    def survey(self) -> Bundle:
        """Give the survey's responses and who could answer."""
        return Bundle({name: self.extracts[name] for name in SURVEY if name in self.extracts})

    @property
    def networks(self) -> Bundle:
        """Give the staff networks' members, counts, events, attendance and support."""
        return Bundle({name: self.extracts[name] for name in NETWORKS if name in self.extracts})

    @cached_property
    def kept(self) -> Kept | None:
        """Give the counts of earlier vacancies that `keep-counts` wrote; None where there are none.

        Raises
        ------
        ConfigurationError
            The key that they were kept under is not there.
        DataError
            The file was damaged or changed.
        """
        path = self.settings.kept_path
        return kept_counts(path, self.settings.key()) if path and path.is_file() else None

    def has(self, name: str) -> bool:
        """Whether an extract was loaded."""
        return name in self.extracts

    def __getattr__(self, name: str) -> Extract:
        if name.startswith("__") or name == "extracts":
            raise AttributeError(name)
        if name in self.extracts:
            return self.extracts[name]
        if name in contract_names():
            raise UsageError(_not_loaded(name, self.extracts))
        raise AttributeError(f"An Organisation has no '{name}'.{did_you_mean(name, self.extracts)}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.extracts})

    def __repr__(self) -> str:
        rows = "\n".join(
            f"  {name}: {sum(item.kept for item in extract.quality.files):,} rows"
            for name, extract in self.extracts.items()
        )
        return f"{self.name}\n{rows}\n  data quality: {self.quality.headline()}"


def _not_loaded(name: str, extracts: Mapping[str, Extract]) -> str:
    return (
        f"organisation.toml has no [extracts.{name}], so there is no {name} extract. "
        f"There are: {', '.join(extracts)}."
    )


def load(path: str | Path, *, progress: Progress | None = None) -> Organisation:
    """Read and check every extract that an organisation.toml names.

    Parameters
    ----------
    path
        The organisation.toml; paths in it are relative to its own folder.
    progress
        Called before each extract; the command line draws a bar with it.

    Returns
    -------
    Organisation
        Its `quality` lists the warnings and notes.

    Raises
    ------
    ConfigurationError
        organisation.toml, or a path or mapping in it, is wrong or missing.
    DataError
        An extract breaks its contract: every error of every file in one message.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> council = wa.load(wa.sample_data("organisation.toml"))
    >>> council.name
    'Sample City Council'
    """
    settings, prepared = _prepare_all(path, progress)
    broken = combine(item.quality for item in prepared.values())
    missing = [item for item in broken.errors if item.rule == "missing_file"]
    if missing:
        raise ConfigurationError("\n".join(item.sentence() for item in missing))
    broken.raise_errors()
    organisation = _tie(settings, prepared)
    organisation.quality.raise_errors()
    if settings.audience is not None:
        session.audience(settings.audience.name, reason=settings.audience.reason)
    return organisation


def check_all(path: str | Path, *, progress: Progress | None = None) -> QualityReport:
    """What is wrong with all the extracts of an organisation.toml, in one report.

    Extracts that can be used are tied together too, so that keys that do not join are told.

    Raises
    ------
    ConfigurationError
        organisation.toml or a mapping is wrong: nothing can be read before that is mended.
    """
    settings, prepared = _prepare_all(path, progress)
    usable = {name: item for name, item in prepared.items() if item.quality.ok}
    tied = _tie(settings, usable).quality
    rest = [item.quality for name, item in prepared.items() if name not in usable]
    return combine([*rest, tied])


def _prepare_all(
    path: str | Path, progress: Progress | None
) -> tuple[Settings, dict[str, Prepared]]:
    settings = read_settings(path)
    prepared: dict[str, Prepared] = {}
    keys = Keys(secret=settings.key(), keep=settings.on_engine)
    # Other extracts find their people through people_keys, so it is read first.
    order = sorted(settings.extracts, key=lambda name: name != "people_keys")
    for step, name in enumerate(order):
        if progress is not None:
            progress(f"Reading {name.replace('_', ' ')}", step, len(settings.extracts))
        prepared[name] = prepare(
            name,
            [source.path for source in settings.extracts[name]],
            mapping=[source.mapping for source in settings.extracts[name]],
            keys=keys,
        )
        if name == "people_keys" and prepared[name].table is not None:
            keys = replace(keys, people=prepared[name].table)
    return settings, prepared


def _tie(settings: Settings, prepared: Mapping[str, Prepared]) -> Organisation:
    """Give extracts their organisation, apply objections, look at how keys join."""
    context = Context(
        organisation=settings.name,
        areas=settings.areas,
        structure_on=settings.structure_on,
        populations=settings.populations,
        policy={**settings.policy, **settings.ledger_policy},
        plans=settings.plans,
    )
    disclosure_policy.resolve(context.policy)
    extracts = {name: from_prepared(item, context) for name, item in prepared.items()}
    joins = join_rates(extracts)
    extracts = with_attachments(with_objections(extracts))
    extracts |= {
        name: _held(extracts[name])
        for name, item in prepared.items()
        if item.table is not None and extracts[name].frame is not item.frame
    }
    context.links.update(extracts)
    report = combine([*(item.quality for item in extracts.values()), joins])
    report = combine([report, survey_quality(extracts), _tied_loosely(settings, extracts)])
    if "workforce" in extracts:
        report = replace(
            report,
            people=who_is_counted(extracts["workforce"]),
            declarations=declarations(extracts["workforce"]),
        )
    return Organisation(settings.name, extracts, report, settings, context)


def _held(extract: Extract) -> Extract:
    """Hold in memory what other extracts told of the rows of one that lies there itself."""
    bare = extract.unattached
    return replace(
        extract,
        frame=engine.held(extract.frame),
        unattached=None if bare is None else engine.held(bare),
    )


def _tied_loosely(settings: Settings, extracts: Mapping[str, Extract]) -> QualityReport:
    """Tell what the report will miss: areas that the census counts lack, grades without bands."""
    problems = []
    if "community" in extracts:
        there = set(extracts["community"].distinct("area_code"))
        lacking = [area for area in settings.areas if area not in there]
        if lacking or (not settings.areas and len(there) > 1):
            problems.append(
                Problem(
                    file="organisation.toml",
                    column="",
                    rule="area_not_in_community",
                    severity="error",
                    message=(
                        f"[organisation] areas names {', '.join(lacking)}, which the community "
                        "extract does not hold"
                        if lacking
                        else f"the community extract holds {len(there)} areas, and [organisation] "
                        "areas does not say which to compare with"
                    ),
                    remedy="Write areas = { CODE = 1.0 } with codes of the community extract.",
                )
            )
    graded = "workforce" in extracts and "grade" in columns(extracts["workforce"].frame)
    if graded and "grades" not in extracts:
        problems.append(
            Problem(
                file="organisation.toml",
                column="",
                rule="no_grades",
                severity="note",
                message="there is no [extracts.grades], so nothing is shown by grade band",
                remedy="Add a table of grades and their bands.",
            )
        )
    return QualityReport(problems=tuple(problems))


def require(organisation: Organisation, *names: str) -> None:
    """Refuse to go on without some extracts, saying which are missing.

    Raises
    ------
    DataError
        An extract that is needed was not loaded.
    """
    missing = [name for name in names if not organisation.has(name)]
    if missing:
        raise DataError(_not_loaded(missing[0], organisation.extracts))
