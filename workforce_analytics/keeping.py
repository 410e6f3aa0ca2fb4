"""The conductor of `keep-counts`: counts by vacancy are frozen before candidates are deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workforce_analytics.counting.freezing import freeze
from workforce_analytics.counting.kept import Kept
from workforce_analytics.counting.kept_file import needed, write
from workforce_analytics.disclosure import ledger, session
from workforce_analytics.disclosure.policy import resolve
from workforce_analytics.disclosure.published import MANIFEST
from workforce_analytics.errors import ConfigurationError, DisclosureRefused
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.measures.training_exposure import Exposure, exposure
from workforce_analytics.organisation import Organisation, Progress, require

TITLE = "Counts by vacancy"
PANELS = ("panels", "training", "vacancies")


@dataclass(frozen=True)
class Written:
    """Counts on disk: where, and how many vacancies they are of, never a count of people.

    Attributes
    ----------
    vacancies
        How many vacancies are in the file.
    stayed
        How many of them the extracts do not hold (any more).
    fewer
        How many of those that stayed have fewer applications left in the extracts.
    """

    path: Path
    vacancies: int
    stayed: int
    fewer: int
    with_panels: bool

    def lines(self) -> list[str]:
        """Say what was done, a line each."""
        told = [f"Wrote {self.path}: counts of {self.vacancies:,} vacancies."]
        if self.stayed:
            told.append(f"{self.stayed:,} of them were kept before and stay as they were.")
        if self.fewer:
            told.append(
                f"{self.fewer:,} of those still have applications in the extracts, but fewer than "
                "before. Where that is a correction or an erasure rather than the usual deletion, "
                "run this again with --fewer-too."
            )
        if not self.with_panels:
            told.append(
                "Nothing is kept of panels: that needs the vacancies, and training or a rollout."
            )
        told.append(
            "These are personal data still: only you can read the file. It belongs neither in a "
            "report nor in version control."
        )
        return told


def keep(
    organisation: Organisation,
    *,
    reason: str,
    fewer_too: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Freeze the counts that a later analysis of vacancies needs, in a file of its own.

    Parameters
    ----------
    organisation
        What `load` gave; `[keep_counts]` of its organisation.toml says where the file is and by
        which characteristics to count.
    reason
        Why. It goes into the file and, where there is one, into the ledger.
    fewer_too
        Whether new counts also replace those of a vacancy of which fewer applications are left.
    progress
        Called before each step; the command line draws a bar with it.

    Returns
    -------
    Written
        Where the counts are and of how many vacancies.

    Raises
    ------
    DisclosureRefused
        There is no reason, or the ledger was changed.
    ConfigurationError
        organisation.toml names no file, or one inside a report or a git checkout; or there is no
        key, or another one than the file was made with.
    DataError
        There is no applications extract, or the file was damaged or changed.
    CannotWrite
        The file or the ledger cannot be written.

    Notes
    -----
    Vacancies in the extracts replace those in the file; others stay, so that counts outlive the
    applications. What is taken down in the ledger holds no count.
    """
    words = _reasoned(reason)
    require(organisation, "applications")
    key = needed(organisation.settings.key())
    path = _place(organisation)
    steps = ("Counting applications by vacancy", "Writing the kept counts")
    _tell(progress, steps[0], 0)
    earlier = organisation.kept
    panels = _exposure(organisation)
    now = _frozen(organisation, panels, words, key)
    kept = now if earlier is None else earlier.merged(now, fewer_too=fewer_too)
    choices = organisation.settings.keep_counts
    kept = kept.latest(choices.years) if choices and choices.years else kept
    _tell(progress, steps[1], 1)
    _take_down(organisation, words, kept)
    write(kept, path)
    organisation.__dict__.pop("kept", None)  # what was read of the file before is out of date
    fewer = 0 if earlier is None or fewer_too else len(earlier.fuller_than(now) & kept.vacancies)
    return Written(
        path=path,
        vacancies=len(kept.vacancies),
        stayed=len(kept.vacancies - now.vacancies) + fewer,
        fewer=fewer,
        with_panels=panels is not None,
    )


def _reasoned(reason: str) -> str:
    words = " ".join(reason.split()).encode("utf-8", "replace").decode("utf-8")
    if not words:
        raise DisclosureRefused(
            "Counts by vacancy are personal data, and keeping them needs a reason: "
            'keep-counts organisation.toml --reason "effect of recruitment training, approved by '
            'the data protection officer".'
        )
    return words


def _place(organisation: Organisation) -> Path:
    """Where the file goes: neither into a report nor into what version control could publish."""
    path = organisation.settings.kept_path
    if path is None:
        raise ConfigurationError(
            "organisation.toml does not say where to keep counts by vacancy. Add [keep_counts] "
            'path = "../restricted/kept_counts.zip", outside of reports and of version control.'
        )
    path = path.resolve()  # what a link in a report leads to is not replaced by a file in it
    above = path.parents
    report = next((folder for folder in above if (folder / MANIFEST).is_file()), None)
    if report is not None:
        raise ConfigurationError(
            f"[keep_counts] path lies inside {report}, which is a report. Name another folder."
        )
    checkout = next((folder for folder in above if (folder / ".git").exists()), None)
    if checkout is not None:
        raise ConfigurationError(
            f"[keep_counts] path lies inside a git checkout ({checkout}), from which personal data "
            "could be published. Name a folder that is not under version control."
        )
    if path.is_dir():
        raise ConfigurationError(f"[keep_counts] path: {path} is a folder. Name a file in it.")
    return path


def _frozen(organisation: Organisation, panels: Exposure | None, reason: str, key: bytes) -> Kept:
    choices = organisation.settings.keep_counts
    return freeze(
        organisation.applications,
        key=key,
        reason=reason,
        characteristics=choices.characteristics if choices else (),
        sittings=None if panels is None else panels.sittings,
        course=() if panels is None else panels.course,
        inputs=_inputs(organisation),
    )


def _exposure(organisation: Organisation) -> Exposure | None:
    """Who sat on panels and was trained; None where nothing tells when anybody was."""
    found: dict[str, Extract | None] = {
        name: organisation.extracts.get(name) for name in (*PANELS, "rollout")
    }
    vacancies = found.pop("vacancies")
    if vacancies is None or (found["training"] is None and found["rollout"] is None):
        return None
    own, usual = organisation.settings.keep_counts, organisation.settings.training
    return exposure(
        found["panels"],
        found["training"],
        vacancies,
        rollout=found["rollout"],
        course=(own.course if own else ()) or usual.course or None,
        date=usual.date,
    )


def _inputs(organisation: Organisation) -> dict[str, str]:
    """Checksums of the files that were counted, by name."""
    used = {"applications", *PANELS, "rollout", "units", "objections"}
    return {
        item.file: item.checksum for item in organisation.quality.files if item.contract in used
    }


def _take_down(organisation: Organisation, reason: str, kept: Kept) -> None:
    """Note the reason, before there is anything that it is the reason of."""
    session.note(TITLE, reason)
    path = resolve(organisation.context.policy).ledger
    if not path:
        return
    entry: dict[str, Any] = {
        "event": "kept_counts",
        "title": TITLE,
        "reason": reason,
        "characteristics": list(kept.characteristics),
        "inputs": _inputs(organisation),
        "on": date.today().isoformat(),
    }
    with ledger.opened(path) as book:
        book.append([entry])


def _tell(progress: Progress | None, words: str, step: int) -> None:
    if progress is not None:
        progress(words, step, 2)
