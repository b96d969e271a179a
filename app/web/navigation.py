"""What stands around every page: who is looking, which rooms they may enter, where the fixed buttons go.

An item names an endpoint only. What it takes to enter is read from the view itself (`@requires` leaves `.capability`
there), so the menu and the guard cannot disagree; a room that is not built yet has no endpoint and no item.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel.speaklater import LazyString

from app.web import paths

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the menu. `children` are offered when the person is inside; `near` also count as being inside."""

    label: LazyString
    endpoint: str
    icon: str
    children: tuple[Item, ...] = ()
    near: tuple[str, ...] = ()  # endpoint prefixes ("cases.") that belong to this place


_REPORTS = (
    "reports.",
    "outputs.",
    "dashboard.",
    "pivots.",
    "closings.",
    "cluster_files.",
    "cluster_effect.",
    "rounds.",
    "releases.",
    "returns.",
    "responses.",
    "simfoni.",
)

# The rooms of product.md, in the order of the working day. The first four stand in the bottom bar of a phone.
ITEMS: tuple[Item, ...] = (
    Item(_("Home"), "home.show", "home", near=("home.",)),
    Item(_("My notes"), "own_notes.index", "note", near=("own_notes.",)),
    Item(_("Intake"), "intake.start", "clipboard-plus", near=("intake.",)),
    Item(_("Cases"), "cases.index", "folder", near=("cases.", "hand_overs.", "safety.", "documents.")),
    Item(_("Referrals"), "referrals.index", "arrows-right-left", near=("referrals.",)),
    Item(_("Oversight"), "oversight.board", "clock-exclamation", near=("oversight.",)),
    Item(_("Approvals"), "approvals.index", "circle-check", near=("approvals.", "transfers.")),
    Item(_("My tasks"), "tasks.index", "list-details", near=("tasks.",)),
    Item(_("Calendar"), "agenda.own", "calendar", near=("agenda.", "calendar.")),
    Item(_("Village notes"), "patbm.index", "map-pin", near=("patbm.",)),
    Item(_("Shelter"), "shelter.index", "shelter", near=("shelter.",)),
    Item(_("Contacts"), "contacts.index", "phone-call", near=("contacts.",)),
    Item(
        _("Reports"),
        "reports.recap",
        "chart-bar",
        (
            Item(_("Recap"), "reports.recap", "chart-bar"),
            Item(_("The unit at a glance"), "dashboard.index", "chart-bar", near=("dashboard.",)),
            Item(_("Pivot"), "pivots.index", "filter", near=("pivots.",)),
            Item(_("Closing"), "closings.index", "circle-check", near=("closings.",)),
            Item(
                _("KLA cluster V"),
                "reports.cluster_v",
                "list-details",
                near=("cluster_files.", "cluster_effect.", "rounds."),
            ),
            Item(_("Official returns"), "returns.index", "file-text", near=("returns.",)),
            Item(_("Public releases"), "releases.index", "file-text", near=("releases.",)),
            Item(_("Response of institutions"), "responses.index", "clock", near=("responses.",)),
            Item(_("SIMFONI"), "simfoni.index", "upload", near=("simfoni.",)),
        ),
        near=_REPORTS,
    ),
    Item(
        _("Settings"),
        "",  # no page of its own: it leads to the first of these that the person may enter
        "settings",
        (
            Item(_("Users"), "users.index", "users"),
            Item(_("Units"), "units.index", "building-community"),
            Item(_("Letters"), "letters.show", "file-text"),
            Item(_("Institutions"), "institutions.index", "building"),
            Item(_("Blank forms"), "blanks.index", "printer"),
            Item(_("Code lists"), "codes.index", "list-details"),
            Item(_("Deadline rules"), "rules.index", "hourglass"),
            Item(_("Audit"), "audit.index", "history"),
            Item(_("Jobs and mail"), "jobs.index", "clock"),
            Item(_("Keeping files"), "retention.index", "folder"),
            Item(_("Period of the unit"), "retention.edit_rule", "hourglass"),
            Item(_("Leave"), "leave.index", "calendar"),
        ),
        near=(
            "users.",
            "leave.",
            "units.",
            "letters.",
            "blanks.",
            "institutions.",
            "codes.",
            "rules.",
            "audit.",
            "jobs.",
            "retention.",
        ),
    ),
)
IN_BOTTOM_BAR = 4


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever is signed in: the words in the header, and what they may do (`may` takes a view's capability)."""

    name: str
    role: str
    unit_name: str
    may: Callable[[object], bool]
    demo: bool = False
    waiting: int = 0  # notices nobody acknowledged yet


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the fixed buttons lead, and an idle page. All but `profile` and `lock` are POST, so that no foreign page can press them."""

    logout: str = "accounts.logout"
    quick_exit: str = "accounts.quick_exit"
    language: str = "accounts.language"
    profile: str = "accounts.profile"
    notices: str = "notices.index"
    lock: str = "accounts.sign_in"


@dataclass(frozen=True, slots=True)
class Place:
    """An item as this person sees it on this page."""

    label: LazyString
    url: str
    icon: str
    here: bool
    children: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything layouts/base.html needs besides the page itself."""

    viewer: Viewer
    places: Sequence[Place]
    version: str
    logout_url: str
    quick_exit_url: str
    language_url: str
    profile_url: str
    neutral_url: str
    language: str
    here: str
    at: datetime  # when this page was made: it stands on every printed sheet (design 9)
    notices_url: str = ""
    lock_url: str = ""  # where a page goes that lay idle for `idle`; one made by a POST has no address to come back to
    idle: timedelta = timedelta(0)

    @property
    def bar(self) -> Sequence[Place]:
        """The first places; one with further places inside stands in the sheet, which shows them all."""
        return [place for place in self.places if not place.children][:IN_BOTTOM_BAR]

    @property
    def beyond_bar(self) -> Sequence[Place]:
        """Everything else, behind *More*."""
        return [place for place in self.places if place not in self.bar]


def init_app(
    app: Flask,
    viewer: Callable[[], Viewer],
    endpoints: Endpoints | None = None,
    version: str = "",
    idle: timedelta = timedelta(0),
) -> None:
    """Give templates `shell()` and `language()`.

    `viewer` is called by pages of the base layout only: error pages and the login page never reach for the session.
    `idle`: after how long a page that nothing was done on locks itself, where scripting is on; nothing: never.
    Configuration: `QUICK_EXIT_URL`, the neutral page that *Keluar cepat* ends on.
    """
    fixed = endpoints or Endpoints()
    app.jinja_env.globals["shell"] = lambda: shell(viewer(), fixed, version, idle)
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["neutral_url"] = neutral_url


def language() -> str:
    """The language of this answer, for <html lang>."""
    return str(get_locale() or "id")


def neutral_url() -> str:
    """The page that quick exit ends on."""
    return str(current_app.config.get("QUICK_EXIT_URL", "https://www.bmkg.go.id/"))


def shell(viewer: Viewer, endpoints: Endpoints, version: str, idle: timedelta = timedelta(0)) -> Shell:
    """The surroundings of the present page for `viewer`."""
    return Shell(
        viewer=viewer,
        places=places(viewer.may, request.endpoint or ""),
        version=version,
        logout_url=_address(endpoints.logout),
        quick_exit_url=_address(endpoints.quick_exit),
        language_url=_address(endpoints.language),
        profile_url=_address(endpoints.profile),
        notices_url=_address(endpoints.notices) if _may_enter(endpoints.notices, viewer.may) else "",
        neutral_url=neutral_url(),
        language=language(),
        here=request.path,
        lock_url=_address(endpoints.lock, paths.here() if request.method == "GET" else None),
        idle=idle,
        at=datetime.now(UTC),
    )


def places(may: Callable[[object], bool], at: str, items: Sequence[Item] = ITEMS) -> tuple[Place, ...]:
    """The items this person may enter; an item without a door of its own leads to its first open child."""
    found = (_place(item, may, at) for item in items)
    return tuple(place for place in found if place is not None)


def _place(item: Item, may: Callable[[object], bool], at: str) -> Place | None:
    children = places(may, at, item.children)
    open_here = _may_enter(item.endpoint, may)
    if not open_here and not children:
        return None
    url = url_for(item.endpoint) if open_here else children[0].url
    here = at == item.endpoint or at.startswith(item.near or (item.endpoint,))
    return Place(item.label, url, item.icon, here, children)


def _may_enter(endpoint: str, may: Callable[[object], bool]) -> bool:
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return False
    capability = getattr(view, "capability", None)
    return capability is None or may(capability)


def _address(endpoint: str, back: str | None = None) -> str:
    return url_for(endpoint, next=back) if endpoint in current_app.view_functions else ""
