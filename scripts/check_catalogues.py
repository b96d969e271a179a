"""Both catalogues hold every text of the program, translated, and nothing else (style, Words).

python scripts/check_catalogues.py            fails and names what is missing, stale, fuzzy or left empty
python scripts/check_catalogues.py --update   brings the catalogues up to the program's texts: new ones are empty in
                                              Indonesian, and stand as they are in English
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "app" / "translations"
LOCALES = ("id", "en")
METHODS = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"silent": "false"}, "templates/**.txt": {"silent": "false"}}
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "_l": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
# A translation is text and nothing else: markup belongs to templates, where it is escaped and read by a reviewer.
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&#?\w+;")


def texts_of_the_program() -> Catalog:
    """Every message of Python files and templates under app/."""
    found = Catalog(fuzzy=False)
    rows = extract_from_dir(
        ROOT / "app", METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for file, line, message, comments, context in rows:
        found.add(message, None, [(f"app/{file}", line)], auto_comments=comments, context=context)
    return found


def path_of(locale: str) -> Path:
    """Where a catalogue lies."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def load(locale: str) -> Catalog:
    """The catalogue as it stands; an absent one is empty."""
    if not path_of(locale).exists():
        return Catalog(locale=locale, fuzzy=False)
    with path_of(locale).open("rb") as file:
        return read_po(file, locale=locale)


def problems_of(locale: str, program: Catalog) -> list[str]:
    """What is wrong with one catalogue, a line each."""
    catalogue = load(locale)
    wanted = {(m.id, m.context) for m in program if m.id}
    known = {(m.id, m.context): m for m in catalogue if m.id}
    lines = [f"missing: {name(key[0])}" for key in wanted - known.keys()]
    lines += [f"stale: {name(key[0])}" for key in known.keys() - wanted]
    for key in wanted & known.keys():
        lines += [f"{fault}: {name(key[0])}" for fault in faults(known[key])]
    return [f"{locale}: {line}" for line in sorted(lines)]


def faults(message: Message) -> list[str]:
    """Fuzzy, empty, with markup, or with other named places than the original."""
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    if message.fuzzy:
        return ["fuzzy"]
    if not texts or not all(texts):
        return ["not translated"]
    if any(MARKUP.search(text) for text in texts):
        return ["markup"]
    original = message.id[-1] if isinstance(message.id, (list, tuple)) else message.id
    # The last form is the plural where there is one: the singular may leave the number out, but name no other place.
    named = set(places(original))
    alike = named == set(places(texts[-1])) and all(named >= set(places(text)) for text in texts)
    return [] if alike else ["other named places"]


def places(text: str) -> list[str]:
    """The named places of a text: %(count)s, {name}."""
    return re.findall(r"%\(\w+\)[a-z]|\{\w+\}", text)


def name(message: object) -> str:
    """The message as one short line."""
    return repr(message if isinstance(message, str) else list(message))[:120]  # type: ignore[call-overload]


def update(locale: str, program: Catalog) -> None:
    """Write the catalogue anew with the program's texts, keeping what is translated; nothing is guessed."""
    catalogue = load(locale)
    catalogue.update(program, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    if locale == "en":
        say_as_written(catalogue)
    path_of(locale).parent.mkdir(parents=True, exist_ok=True)
    with path_of(locale).open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, no_location=True, ignore_obsolete=True)


def say_as_written(catalogue: Catalog) -> None:
    """In English every text is its own translation: the program is written in it."""
    for message in catalogue:
        if message.id:
            message.string = message.id


def main(arguments: list[str]) -> int:
    """0 when both catalogues are complete."""
    program = texts_of_the_program()
    if "--update" in arguments:
        for locale in LOCALES:
            update(locale, program)
        return 0
    problems = [line for locale in LOCALES for line in problems_of(locale, program)]
    sys.stdout.writelines(f"{line}\n" for line in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
