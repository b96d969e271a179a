"""The sentence for each problem code, and where it stands on a form. Rooms add their own with `register`.

A sentence is a lazy translation; `%(name)s` places are filled from `Problem.params`. A test fails for a code without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, FieldList, FormField

from app.domain.errors import Problem, Severity
from app.web.forms import BaseForm

_SENTENCES: dict[str, Any] = {}


def register(sentences: Mapping[str, Any]) -> None:
    """Add the sentences of a room: code to `lazy_gettext("…")`. A code has one sentence in the whole product."""
    for code, sentence in sentences.items():
        if code in _SENTENCES and str_of(_SENTENCES[code]) != str_of(sentence):
            raise ValueError(f"two sentences for {code}")
        _SENTENCES[code] = sentence


def str_of(sentence: Any) -> str:
    """The English source of a lazy sentence: equal for equal sentences, and readable outside a request."""
    arguments = getattr(sentence, "_args", ())
    return str(arguments[0]) if arguments else repr(sentence)


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_SENTENCES)


def sentence(problem: Problem) -> str:
    """What to say about a problem, in the reader's language."""
    known = _SENTENCES.get(problem.code)
    if known is None:
        return str(_("This entry is not accepted (%(code)s).", code=problem.code))
    return str(known) % dict(problem.params) if problem.params else str(known)


def attach(form: BaseForm, problems: Iterable[Problem]) -> None:
    """Put each problem on its field by dotted path (`clients.0.birth_date`), or on the form where the path leads nowhere.

    Warnings go to `form.warnings`; they never refuse anything.
    """
    for problem in problems:
        if problem.severity is Severity.WARNING:
            form.warnings.append((problem.field, sentence(problem)))
            continue
        field = find(form, problem.field)
        if field is None:
            form.form_errors.append(sentence(problem))
        else:
            field.errors = [*field.errors, sentence(problem)]
            _mark_lists(form, problem.field)


def _mark_lists(form: BaseForm, path: str) -> None:
    """A list of rows knows only what its own validation found: say that one of its rows is at fault, so that pages look into it."""
    names = path.split(".")
    for end in range(1, len(names)):
        around = find(form, ".".join(names[:end]))
        if isinstance(around, FieldList):
            around.errors = [*around.errors, ""]


def find(form: BaseForm, path: str) -> Field | None:
    """The field at a dotted path of names and positions; the deepest list or sub-form on the way is no field of its own."""
    here: Any = form
    for name in path.split(".") if path else ():
        here = _step(here, name)
        if here is None:
            return None
    return here if isinstance(here, Field) and not isinstance(here, FormField) else None


def _step(here: Any, name: str) -> Any:
    if isinstance(here, FieldList):
        return here.entries[int(name)] if name.isdecimal() and int(name) < len(here.entries) else None
    form = here.form if isinstance(here, FormField) else here
    return form[name] if isinstance(name, str) and hasattr(form, "_fields") and name in form else None
