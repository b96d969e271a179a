"""The work: do the jobs run, does every kind of sealed value open (security 10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from app.audit.events import Event
from app.backup.samples import open_samples
from app.commands.checks.finding import Finding, State, failed, ok, warning
from app.commands.context import operator
from app.commands.words import gettext as _
from app.documents import sweeping
from app.domain.errors import Unavailable
from app.jobs.claims import LastRun, last_runs
from app.jobs.registry import JOBS, Job
from app.notifications import queries
from app.retention import writing
from app.work import Runtime, Work

LATE: Final = timedelta(minutes=10)
MAIL_WAITS: Final = timedelta(hours=14)  # longer than a night of quiet hours


def check(runtime: Runtime) -> Iterator[Finding]:
    """Scheduler, files and samples."""
    with runtime.looking(operator()) as work:
        yield from _jobs(work)
        yield _mail(work)
        yield _answers(work)
        yield _files(work)
        yield _erasures(work)
    yield _samples(runtime)


def _jobs(work: Work) -> Iterator[Finding]:
    for job, last in zip(JOBS, last_runs(work), strict=True):
        yield _job(job, last, work.now)


def _job(job: Job, last: LastRun, now: datetime) -> Finding:
    advice = _("Start the server with `naungan run`, or the scheduler alone with `naungan jobs`.")
    if last.due_at is None:
        return warning("jobs.never", _("The job %(job)s has never run.", job=job.name), advice)
    day = last.due_at.strftime("%Y-%m-%d %H:%M UTC")
    if last.failed:
        says = _("The job %(job)s failed at %(day)s.", job=job.name, day=day)
        return failed("jobs.failed", says, _("The log file says where (NAUNGAN_LOG_FILE)."))
    if now - last.due_at > job.every * 2 + LATE:
        return warning("jobs.late", _("The job %(job)s last ran at %(day)s.", job=job.name, day=day), advice)
    return ok("jobs", _("The job %(job)s ran at %(day)s.", job=job.name, day=day))


def _mail(work: Work) -> Finding:
    """Whether reminders reach anybody who does not sign in."""
    postbox, found = work.runtime.outside.postbox, queries.outbox(work)
    if postbox is None:
        says = _("There is no mail server: reminders reach only those who log in.")
        return Finding("mail.none", State.NOTE, says, _("Set NAUNGAN_SMTP_HOST and NAUNGAN_SMTP_FROM."))
    if found.oldest is not None and work.now - found.oldest > MAIL_WAITS:
        day = found.oldest.strftime("%Y-%m-%d %H:%M UTC")
        says = _("%(count)s mails wait to be sent, the oldest since %(day)s.", count=found.waiting, day=day)
        return warning("mail.waiting", says, _("Look at the mail server, and at NAUNGAN_SMTP_HOST and its password."))
    if found.dead:
        says = _("%(count)s mails were given up.", count=len(found.dead))
        return warning("mail.dead", says, _("The page Jobs and mail says which and why, and sends them again."))
    return ok("mail", _("Mail is handed to %(host)s.", host=postbox.host))


def _answers(work: Work) -> Finding:
    """How institutions without an account answer referrals."""
    base = work.runtime.outside.public_url
    if base is None:
        says = _(
            "Institutions answer referrals by phone or letter, with the code of the letter; a clerk writes it down."
        )
        return Finding("answers.by-phone", State.NOTE, says, _("Set NAUNGAN_PUBLIC_URL for a page of their own."))
    return ok(
        "answers", _("Institutions answer referrals at %(url)s with the code of the letter.", url=f"{base}/answer/")
    )


def _files(work: Work) -> Finding:
    """The folder of sealed files against the rows that name them."""
    found = sweeping.state(work)
    if not found.is_ours:
        says = _("The folder of files belongs to another office: %(folder)s.", folder=work.runtime.files.root)
        return failed("files.foreign", says, _("Put this office's folder back, or set NAUNGAN_DATA_DIR."))
    if found.missing:
        says = _("%(count)s sealed files are missing: their documents cannot be opened.", count=found.missing)
        return failed("files.missing", says, _("Put them back from a backup: they lie in its folder `files`."))
    if found.strays:
        says = _("%(count)s files belong to no document.", count=found.strays)
        return warning("files.strays", says, _("The job file-sweep takes them away within an hour."))
    return ok("files", _("All %(count)s sealed files are there.", count=found.kept))


def _erasures(work: Work) -> Finding:
    """The list of erased files beside the keys against the database: an older backup is restored without them by it."""
    advice = _(
        "Run `naungan shred settle`. If it stays, put back a whole copy of the file from beside another copy of the keys."
    )
    known = writing.all_of(work.session)
    path = work.runtime.erasures
    try:
        there = {entry.id for entry in writing.read_file(path)} if path is not None else set()
    except writing.Damaged as error:
        says = _("The list of erased files beside the keys is damaged: %(what)s.", what=error)
        return failed("erasures.damaged", says, advice)
    lacking = sum(entry.id not in there for entry in known)
    if lacking:
        says = _("The list of erased files beside the keys lacks %(count)s of them.", count=lacking)
        return warning("erasures.lacking", says, advice)
    return ok("erasures", _("The list of erased files beside the keys is complete (%(count)s).", count=len(known)))


def _samples(runtime: Runtime) -> Finding:
    """One stored value of each section is opened, in an act the audit log names; an act that cannot be written opens nothing."""
    try:
        with runtime.begin(operator()) as work:
            found = open_samples(work)
            work.recorded(Event.JOB_RUN, purpose="doctor")
    except Unavailable as error:
        says = _("The audit log cannot be written (%(why)s): nothing can be opened or saved.", why=error)
        return failed("audit.unwritable", says, _("Look at the disk and at the rights of the database file."))
    unreadable = sorted(check.name.removeprefix("section.") for check in found if not check.ok)
    if unreadable:
        says = _("Stored values do not open: %(names)s.", names=", ".join(unreadable))
        return failed("sections.unreadable", says, _("Wrong keyring, or damaged data: restore from a backup."))
    return ok("sections", _("A sample of each of %(count)s kinds of sealed values opens.", count=len(found)))
