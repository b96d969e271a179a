"""The environment, read once and strictly, into frozen settings. A bad or unknown value refuses the start with a plain sentence.

The table of settings in the README is `table()`; a test compares them.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
MOUNTS = Path("/proc/mounts")

# SQLite's locks and shared memory do not hold over a network (https://www.sqlite.org/wal.html, "All processes ... same host").
NETWORK_FILE_SYSTEMS = frozenset(
    [
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "drvfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
        "vboxsf",
    ]
)
LOCALES = ("id", "en")
LOG_LEVELS = ("warning", "info", "error")
_USED_BY_TESTS = frozenset({"NAUNGAN_CHROMIUM"})


class ConfigError(Exception):
    """The configuration cannot be used; the text says why, in Indonesian and in English."""

    def __init__(self, id: str, en: str) -> None:
        super().__init__(f"{id}\n{en}")
        self.id = id
        self.en = en


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `tls`: starttls, tls, or none, which is for this computer itself only (security 6 #74)."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: Path | None = None  # certificates to trust instead of those of the system


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program may be told from outside. Ports and counts are plain numbers, paths absolute."""

    data_dir: Path
    database_url: str = field(repr=False)  # may hold a password
    keyring: Path
    host: str
    port: int
    public_url: str | None
    trusted_proxies: tuple[str, ...]
    locale: str
    demo: bool
    quick_exit_url: str
    threads: int
    log_level: str
    log_file: Path | None
    file_bytes: int = 25 << 20
    case_bytes: int = 500 << 20
    office_bytes: int = 20_000 << 20
    mail: MailServer | None = None

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Host names a request may be addressed to (security 6 #65), without port, in lower case."""
        named = urlsplit(self.public_url).hostname if self.public_url else None
        return frozenset({named} if named and self.is_public else {"localhost", "127.0.0.1", "::1"})

    @property
    def is_public(self) -> bool:
        """Whether other machines reach this server, over HTTPS under `public_url`."""
        return self.public_url is not None and self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the configuration table."""

    name: str
    default: str
    id: str
    en: str


OPTIONS = (
    Option(
        "NAUNGAN_DATA_DIR",
        "instance",
        "Folder data kantor; bawaannya di samping program.",
        "Folder of the office's data; by default beside the program.",
    ),
    Option(
        "DATABASE_URL",
        "sqlite:///<NAUNGAN_DATA_DIR>/naungan.db",
        "Basis data: SQLite di disk lokal, atau PostgreSQL (postgresql://…; di luar komputer ini wajib sslmode=verify-full).",
        "Database: SQLite on a local disk, or PostgreSQL (postgresql://…; beyond this computer sslmode=verify-full is required).",
    ),
    Option(
        "NAUNGAN_KEYRING", "<NAUNGAN_DATA_DIR>/keyring.json", "Berkas kunci (mode 0600).", "Keyring file (mode 0600)."
    ),
    Option(
        "NAUNGAN_HOST",
        "127.0.0.1",
        "Alamat yang didengarkan; alamat lain hanya bersama NAUNGAN_PUBLIC_URL https.",
        "Address to listen on; another one only together with an https NAUNGAN_PUBLIC_URL.",
    ),
    Option("NAUNGAN_PORT", "8000", "Porta, 1–65535.", "Port, 1–65535."),
    Option(
        "NAUNGAN_PUBLIC_URL",
        "",
        "Alamat yang dilihat pengguna, misalnya https://naungan.contoh.go.id.",
        "Address people see, for example https://naungan.contoh.go.id.",
    ),
    Option(
        "NAUNGAN_TRUSTED_PROXIES",
        "",
        "Alamat IP proksi yang boleh mengirim header Forwarded, dipisah koma.",
        "IP addresses of proxies whose forwarded headers count, separated by commas.",
    ),
    Option("NAUNGAN_LOCALE", "id", "Bahasa awal: id atau en.", "First language: id or en."),
    Option("NAUNGAN_DEMO", "no", "Kantor contoh fiktif: yes atau no.", "Fictional demo office: yes or no."),
    Option(
        "NAUNGAN_QUICK_EXIT_URL",
        "https://www.bmkg.go.id/",
        "Halaman netral tujuan tombol keluar cepat.",
        "Neutral page the quick exit button goes to.",
    ),
    Option("NAUNGAN_THREADS", "8", "Jumlah utas peladen, 1–64.", "Server threads, 1–64."),
    Option("NAUNGAN_FILE_MB", "25", "Ukuran terbesar satu berkas, 1–100 MB.", "Largest size of one file, 1–100 MB."),
    Option(
        "NAUNGAN_CASE_FILES_MB",
        "500",
        "Jatah berkas satu kasus, 1–99999 MB.",
        "Room for the files of one case, 1–99999 MB.",
    ),
    Option(
        "NAUNGAN_OFFICE_FILES_MB",
        "20000",
        "Jatah berkas seluruh kantor, 1–99999 MB.",
        "Room for the files of the whole office, 1–99999 MB.",
    ),
    Option("NAUNGAN_LOG_LEVEL", "info", "info, warning, atau error.", "info, warning or error."),
    Option("NAUNGAN_LOG_FILE", "", "Berkas log; kosong berarti stderr.", "Log file; empty means stderr."),
    Option(
        "NAUNGAN_SMTP_HOST",
        "",
        "Peladen surel; kosong berarti tanpa surel: pengingat hanya sampai kepada yang masuk.",
        "Mail server; empty means no mail: reminders reach only those who log in.",
    ),
    Option("NAUNGAN_SMTP_PORT", "587", "Porta peladen surel, 1–65535.", "Port of the mail server, 1–65535."),
    Option(
        "NAUNGAN_SMTP_TLS",
        "starttls",
        "starttls, tls, atau none; none hanya untuk peladen di komputer ini.",
        "starttls, tls or none; none only for a server on this computer.",
    ),
    Option(
        "NAUNGAN_SMTP_FROM",
        "",
        "Alamat pengirim; wajib bersama NAUNGAN_SMTP_HOST.",
        "Address of the sender; required with NAUNGAN_SMTP_HOST.",
    ),
    Option("NAUNGAN_SMTP_USER", "", "Nama pengguna pada peladen surel.", "User name at the mail server."),
    Option("NAUNGAN_SMTP_PASSWORD", "", "Kata sandinya.", "Its password."),
    Option(
        "NAUNGAN_SMTP_CA",
        "",
        "Berkas PEM otoritas sertifikat peladen surel; kosong berarti milik sistem.",
        "PEM file of the authorities for the mail server's certificate; empty means those of the system.",
    ),
)
_DEFAULTS = {option.name: option.default for option in OPTIONS}


def describe() -> tuple[Option, ...]:
    """Every setting with its default and what it does, in both languages."""
    return OPTIONS


def table() -> str:
    """The settings as the Markdown table that stands in the README."""
    rows = [f"| `{o.name}` | {f'`{o.default}`' if o.default else '–'} | {o.id} {o.en} |" for o in OPTIONS]
    return "\n".join(["| Variable | Default | |", "| --- | --- | --- |", *rows])


def load_config(environ: Mapping[str, str], *, mounts: Path = MOUNTS) -> Settings:
    """Settings from the environment. Makes and opens nothing. Raises ConfigError."""
    _refuse_unknown(environ)
    _refuse_debug(environ)
    get = _reader(environ)
    data_dir = _path(environ.get("NAUNGAN_DATA_DIR", "").strip() or str(ROOT / _DEFAULTS["NAUNGAN_DATA_DIR"]))
    url = _database_url(environ.get("DATABASE_URL", "").strip() or f"sqlite:///{data_dir / 'naungan.db'}", environ)
    if url.get_backend_name() == "sqlite":
        refuse_network_disk(Path(str(url.database)), _read(mounts))
    public_url = _public_url(get("NAUNGAN_PUBLIC_URL"))
    return Settings(
        data_dir=data_dir,
        database_url=url.render_as_string(hide_password=False),
        keyring=_path(environ.get("NAUNGAN_KEYRING", "").strip() or str(data_dir / "keyring.json")),
        host=_host(get("NAUNGAN_HOST"), public_url),
        port=_number("NAUNGAN_PORT", get("NAUNGAN_PORT"), 1, 65535),
        public_url=public_url,
        trusted_proxies=_proxies(get("NAUNGAN_TRUSTED_PROXIES")),
        locale=_one_of("NAUNGAN_LOCALE", get("NAUNGAN_LOCALE"), LOCALES),
        demo=_yes("NAUNGAN_DEMO", get("NAUNGAN_DEMO")),
        quick_exit_url=_quick_exit(get("NAUNGAN_QUICK_EXIT_URL")),
        threads=_number("NAUNGAN_THREADS", get("NAUNGAN_THREADS"), 1, 64),
        log_level=_one_of("NAUNGAN_LOG_LEVEL", get("NAUNGAN_LOG_LEVEL"), LOG_LEVELS),
        log_file=_path(get("NAUNGAN_LOG_FILE")) if get("NAUNGAN_LOG_FILE") else None,
        file_bytes=_megabytes("NAUNGAN_FILE_MB", get, 100),
        case_bytes=_megabytes("NAUNGAN_CASE_FILES_MB", get, 99999),
        office_bytes=_megabytes("NAUNGAN_OFFICE_FILES_MB", get, 99999),
        mail=_mail(get),
    )


def _reader(environ: Mapping[str, str]) -> Callable[[str], str]:
    """An empty variable means the default: service files and .env lines often leave one empty."""
    return lambda name: environ.get(name, "").strip() or _DEFAULTS[name]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _path(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _number(name: str, value: str, low: int, high: int) -> int:
    if re.fullmatch(r"[0-9]{1,5}", value) and low <= int(value) <= high:
        return int(value)
    raise ConfigError(f"{name} harus bilangan {low}–{high}.", f"{name} must be a number, {low}–{high}.")


def _megabytes(name: str, get: Callable[[str], str], most: int) -> int:
    """A size in bytes, given in megabytes of 1024 x 1024."""
    return _number(name, get(name), 1, most) << 20


def _one_of(name: str, value: str, choices: Iterable[str]) -> str:
    if value.lower() in choices:
        return value.lower()
    words = ", ".join(choices)
    raise ConfigError(f"{name} harus salah satu dari: {words}.", f"{name} must be one of: {words}.")


def _yes(name: str, value: str) -> bool:
    return _one_of(name, value, ("yes", "no", "ya", "tidak", "1", "0", "true", "false")) in {"yes", "ya", "1", "true"}


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """A misspelt variable would silently leave a default in force."""
    unknown = sorted(n for n in environ if n.startswith("NAUNGAN_") and n not in _DEFAULTS.keys() | _USED_BY_TESTS)
    if not unknown:
        return
    near = difflib.get_close_matches(unknown[0], _DEFAULTS, n=1)
    raise ConfigError(
        f"Variabel {unknown[0]} tidak dikenal." + (f" Maksudnya {near[0]}?" if near else ""),
        f"Variable {unknown[0]} is unknown." + (f" Did you mean {near[0]}?" if near else ""),
    )


def _refuse_debug(environ: Mapping[str, str]) -> None:
    """A debugger on the page is a shell for whoever opens it (security 6 #59)."""
    if environ.get("FLASK_DEBUG", "0").strip().lower() in {"", "0", "false", "no"}:
        return
    raise ConfigError(
        "Mode debug tidak diperbolehkan; hapus FLASK_DEBUG.", "Debug mode is not allowed; unset FLASK_DEBUG."
    )


# --- the network -----------------------------------------------------------------------------------------------------


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this computer itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host(value: str, public_url: str | None) -> str:
    if is_loopback(value) or (public_url is not None and public_url.startswith("https://") and _is_address(value)):
        return value
    raise ConfigError(
        "NAUNGAN_HOST di luar komputer ini memerlukan alamat IP dan NAUNGAN_PUBLIC_URL https.",
        "NAUNGAN_HOST beyond this computer needs an IP address and an https NAUNGAN_PUBLIC_URL.",
    )


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        return parts if parts.hostname and not parts.username and not parts.password and parts.port != 0 else None
    except ValueError:
        return None


def _public_url(value: str) -> str | None:
    """Scheme, name and port. Plain HTTP only for this computer itself (security 6 #74)."""
    if not value:
        return None
    parts = _split(value)
    plain = parts is not None and parts.path in {"", "/"} and not parts.query and not parts.fragment
    if (
        parts is not None
        and plain
        and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")))
    ):
        return f"{parts.scheme}://{parts.netloc.lower()}"
    raise ConfigError(
        "NAUNGAN_PUBLIC_URL harus berbentuk https://nama atau https://nama:porta, tanpa jalur.",
        "NAUNGAN_PUBLIC_URL must look like https://name or https://name:port, without a path.",
    )


def _quick_exit(value: str) -> str:
    parts = _split(value)
    if parts is not None and parts.scheme == "https" and re.fullmatch(r"[\x21-\x7e]+", value):
        return value
    raise ConfigError("NAUNGAN_QUICK_EXIT_URL harus alamat https.", "NAUNGAN_QUICK_EXIT_URL must be an https address.")


def _proxies(value: str) -> tuple[str, ...]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    try:
        return tuple(str(ipaddress.ip_address(name)) for name in names)
    except ValueError:
        raise ConfigError(
            "NAUNGAN_TRUSTED_PROXIES harus daftar alamat IP, dipisah koma.",
            "NAUNGAN_TRUSTED_PROXIES must be a list of IP addresses, separated by commas.",
        ) from None


# --- mail ------------------------------------------------------------------------------------------------------------

MAIL_TLS = ("starttls", "tls", "none")
_MAIL_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]|::1")
_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*"
)


def _mail(get: Callable[[str], str]) -> MailServer | None:
    """The mail server, or None where none is named. Settings that speak of one that is not there are a mistake, not a wish."""
    host = get("NAUNGAN_SMTP_HOST")
    if not host:
        _refuse_mail_without_server(get)
        return None
    if not _MAIL_HOST.fullmatch(host):
        raise ConfigError(
            "NAUNGAN_SMTP_HOST harus nama atau alamat peladen.", "NAUNGAN_SMTP_HOST must be a name or address."
        )
    tls = _one_of("NAUNGAN_SMTP_TLS", get("NAUNGAN_SMTP_TLS"), MAIL_TLS)
    user, password = get("NAUNGAN_SMTP_USER"), get("NAUNGAN_SMTP_PASSWORD")
    if tls == "none" and not is_loopback(host):
        raise ConfigError(
            "NAUNGAN_SMTP_TLS=none hanya untuk peladen surel di komputer ini.",
            "NAUNGAN_SMTP_TLS=none is for a mail server on this computer only.",
        )
    if bool(user) != bool(password):
        raise ConfigError(
            "NAUNGAN_SMTP_USER dan NAUNGAN_SMTP_PASSWORD harus diisi bersama.",
            "NAUNGAN_SMTP_USER and NAUNGAN_SMTP_PASSWORD belong together.",
        )
    port = _number("NAUNGAN_SMTP_PORT", get("NAUNGAN_SMTP_PORT"), 1, 65535)
    return MailServer(host, port, tls, _mail_sender(get), user, password, _authorities(get("NAUNGAN_SMTP_CA")))


def _refuse_mail_without_server(get: Callable[[str], str]) -> None:
    names = ("FROM", "USER", "PASSWORD", "CA")
    lonely = next((name for name in names if get(f"NAUNGAN_SMTP_{name}")), None)
    if lonely is not None:
        raise ConfigError(
            f"NAUNGAN_SMTP_{lonely} diisi tanpa NAUNGAN_SMTP_HOST.",
            f"NAUNGAN_SMTP_{lonely} is set without NAUNGAN_SMTP_HOST.",
        )


def _mail_sender(get: Callable[[str], str]) -> str:
    sender = get("NAUNGAN_SMTP_FROM")
    if len(sender) <= 254 and _MAIL_ADDRESS.fullmatch(sender):
        return sender
    raise ConfigError(
        "NAUNGAN_SMTP_FROM harus alamat surel, misalnya naungan@contoh.go.id.",
        "NAUNGAN_SMTP_FROM must be an e-mail address, for example naungan@contoh.go.id.",
    )


def _authorities(value: str) -> Path | None:
    """Read at start: a file that is not there would otherwise be noticed by the first reminder that does not leave."""
    if not value:
        return None
    path = _path(value)
    if "BEGIN CERTIFICATE" in _read(path):
        return path
    raise ConfigError(
        "NAUNGAN_SMTP_CA harus berkas PEM berisi sertifikat.", "NAUNGAN_SMTP_CA must be a PEM file of certificates."
    )


# --- the database ----------------------------------------------------------------------------------------------------

_NOT_A_DATABASE = ConfigError(
    "DATABASE_URL harus sqlite:////jalur/naungan.db atau postgresql://pengguna@tuan-rumah/nama.",
    "DATABASE_URL must be sqlite:////path/naungan.db or postgresql://user@host/name.",
)


def _database_url(value: str, environ: Mapping[str, str]) -> URL:
    try:
        url = make_url(value.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        raise _NOT_A_DATABASE from None
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite_url(url)
    if url.drivername in {"postgresql", "postgresql+psycopg"} and url.database:
        _require_verified_server(url, environ)
        return url.set(drivername="postgresql+psycopg")
    raise _NOT_A_DATABASE


def _sqlite_url(url: URL) -> URL:
    """An absolute path: a relative one would mean another database for each folder the command is started in."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:") or url.query:
        raise _NOT_A_DATABASE
    return URL.create("sqlite", database=str(_path(url.database)))


def _require_verified_server(url: URL, environ: Mapping[str, str]) -> None:
    """Case data crosses a network only to a server that proved its name (security 6 #74)."""
    if "service" in url.query or environ.get("PGSERVICE"):
        raise ConfigError("Layanan libpq (PGSERVICE) tidak didukung.", "A libpq service (PGSERVICE) is not supported.")
    if url.query.get("sslmode") == "verify-full" or all(_is_here(host) for host in _hosts(url, environ)):
        return
    raise ConfigError(
        "PostgreSQL di luar komputer ini memerlukan sslmode=verify-full dalam DATABASE_URL.",
        "PostgreSQL beyond this computer needs sslmode=verify-full in DATABASE_URL.",
    )


def _hosts(url: URL, environ: Mapping[str, str]) -> list[str]:
    """Every host libpq would try: from the URL, its query, and the variables libpq itself reads."""
    named: list[Any] = [
        url.query.get("hostaddr"),
        url.query.get("host"),
        url.host,
        environ.get("PGHOSTADDR"),
        environ.get("PGHOST"),
    ]
    flat: list[str] = []
    for value in named:
        flat.extend(value if isinstance(value, tuple) else [value or ""])
    return [host.strip().partition("]:")[0] for text in flat for host in text.split(",") if host.strip()]


def _is_here(host: str) -> bool:
    return host.startswith(("/", "@")) or is_loopback(host) or is_loopback(host.rpartition(":")[0])


def refuse_network_disk(path: Path, mounts: str) -> None:
    """Raise ConfigError where the path lies on a network file system; `mounts` is the text of /proc/mounts."""
    kind = file_system_of(path, mounts)
    if kind not in NETWORK_FILE_SYSTEMS:
        return
    raise ConfigError(
        f"SQLite memerlukan disk lokal; {path.parent} berada di sistem berkas jaringan ({kind}).",
        f"SQLite needs a local disk; {path.parent} lies on a network file system ({kind}).",
    )


def file_system_of(path: Path, mounts: str) -> str | None:
    """The type of the file system a path lies on: that of the longest mount point above it, the last where two are equal."""
    best: tuple[int, str | None] = (-1, None)
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[1]))
        if path.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), fields[2])
    return best[1]
