"""The environment is read strictly: what is wrong refuses the start (security 6 #59, #65, #74; security 10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigError, describe, file_system_of, load_config, table

HERE = {"NAUNGAN_DATA_DIR": "/srv/naungan"}
LOCAL = "/dev/vda / ext4 rw 0 0\nproc /proc proc rw 0 0\n"


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(LOCAL)
    return path


def test_an_empty_environment_gives_a_working_embedded_office(
    mounts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # wherever the command is called from: one office, one database
    settings = load_config({}, mounts=mounts)
    data = Path(__file__).parents[1] / "instance"
    assert (settings.data_dir, settings.keyring) == (data, data / "keyring.json")
    assert settings.database_url == f"sqlite:///{data}/naungan.db"
    assert (settings.host, settings.port, settings.locale, settings.demo) == ("127.0.0.1", 8000, "id", False)
    assert settings.allowed_hosts == {"localhost", "127.0.0.1", "::1"}
    assert not settings.is_public


def test_an_empty_variable_means_its_default(mounts: Path) -> None:
    assert load_config({option.name: "" for option in describe()}, mounts=mounts) == load_config({}, mounts=mounts)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NAUNGAN_PORT", "0"),
        ("NAUNGAN_PORT", "65536"),
        ("NAUNGAN_PORT", "8000x"),
        ("NAUNGAN_PORT", "٨"),
        ("NAUNGAN_THREADS", "-1"),
        ("NAUNGAN_LOCALE", "jv"),
        ("NAUNGAN_DEMO", "perhaps"),
        ("NAUNGAN_LOG_LEVEL", "debug"),
        ("NAUNGAN_HOST", "0.0.0.0"),  # noqa: S104 - refused
        ("NAUNGAN_HOST", "192.168.1.10"),
        ("NAUNGAN_PUBLIC_URL", "http://naungan.contoh.go.id"),
        ("NAUNGAN_PUBLIC_URL", "https://naungan.contoh.go.id/app"),
        ("NAUNGAN_PUBLIC_URL", "https://u:p@naungan.contoh.go.id"),
        ("NAUNGAN_PUBLIC_URL", "naungan.contoh.go.id"),
        ("NAUNGAN_QUICK_EXIT_URL", "javascript:alert(1)"),
        ("NAUNGAN_QUICK_EXIT_URL", "https://a.example/\nX"),
        ("NAUNGAN_TRUSTED_PROXIES", "proxy.local"),
        ("FLASK_DEBUG", "1"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:////srv/x.db?mode=memory"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql+psycopg2://localhost/x"),
        ("DATABASE_URL", "nonsense"),
        ("NAUNGAN_DATA_DIRECTORY", "/srv"),
    ],
)
def test_a_value_that_cannot_be_meant_refuses_the_start_in_two_languages(name: str, value: str, mounts: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({name: value}, mounts=mounts)
    assert caught.value.id != caught.value.en
    assert str(caught.value) == f"{caught.value.id}\n{caught.value.en}"


def test_a_misspelt_variable_is_answered_with_the_right_one(mounts: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean NAUNGAN_DATA_DIR?"):
        load_config({"NAUNGAN_DATADIR": "/srv"}, mounts=mounts)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@localhost/naungan",
        "postgres://u@127.0.0.1:5433/naungan",
        "postgresql://u@[::1]/naungan",
        "postgresql:///naungan",
        "postgresql:///naungan?host=/var/run/postgresql",
        "postgresql://u@/naungan?host=localhost:5432&host=127.0.0.1:5433",
        "postgresql://u@db.contoh.go.id/naungan?sslmode=verify-full",
    ],
)
def test_postgresql_here_or_verified_is_accepted(url: str, mounts: Path) -> None:
    assert load_config({"DATABASE_URL": url}, mounts=mounts).database_url.startswith("postgresql+psycopg://")


@pytest.mark.parametrize(
    "environ",
    [
        {"DATABASE_URL": "postgresql://u@db.contoh.go.id/naungan"},
        {"DATABASE_URL": "postgresql://u@db.contoh.go.id/naungan?sslmode=require"},
        {"DATABASE_URL": "postgresql://u@10.0.0.5/naungan?sslmode=verify-ca"},
        {"DATABASE_URL": "postgresql:///naungan?host=localhost,db.contoh.go.id"},
        {"DATABASE_URL": "postgresql:///naungan?host=localhost&host=db.contoh.go.id:5432"},
        {"DATABASE_URL": "postgresql://u@localhost/naungan?hostaddr=10.0.0.5"},
        {"DATABASE_URL": "postgresql:///naungan", "PGHOST": "db.contoh.go.id"},
        {"DATABASE_URL": "postgresql:///naungan?service=office"},
        {"DATABASE_URL": "postgresql://u@localhost.contoh.go.id/naungan"},
    ],
)
def test_postgresql_beyond_this_computer_must_prove_its_name(environ: dict[str, str], mounts: Path) -> None:
    with pytest.raises(ConfigError):
        load_config(environ, mounts=mounts)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_sqlite_on_a_network_disk_refuses_the_start(kind: str, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"{LOCAL}server:/x /srv/naungan {kind} rw 0 0\n")
    with pytest.raises(ConfigError, match=kind):
        load_config(HERE, mounts=mounts)
    elsewhere = HERE | {"DATABASE_URL": "postgresql:///naungan"}
    assert load_config(elsewhere, mounts=mounts).data_dir == Path("/srv/naungan")


def test_the_file_system_is_that_of_the_nearest_mount_point() -> None:
    mounts = LOCAL + "a:/ /mnt/a\\040b nfs rw 0 0\n/dev/vdb /mnt/a\\040b/local ext4 rw 0 0\n"
    assert file_system_of(Path("/mnt/a b/x.db"), mounts) == "nfs"
    assert file_system_of(Path("/mnt/a b/local/x.db"), mounts) == "ext4"
    assert file_system_of(Path("/mnt/a bc/x.db"), mounts) == "ext4"


def test_other_machines_reach_the_server_only_under_an_https_name(mounts: Path) -> None:
    served = {"NAUNGAN_HOST": "0.0.0.0", "NAUNGAN_PUBLIC_URL": "https://Naungan.Contoh.go.id/"}  # noqa: S104 - under TLS
    settings = load_config(served, mounts=mounts)
    assert (settings.public_url, settings.is_public) == ("https://naungan.contoh.go.id", True)
    assert settings.allowed_hosts == {"naungan.contoh.go.id"}


def test_settings_do_not_show_the_database_password(mounts: Path) -> None:
    settings = load_config({"DATABASE_URL": "postgresql://u:hush@localhost/naungan"}, mounts=mounts)
    assert "hush" in settings.database_url
    assert "hush" not in repr(settings)


def test_every_setting_stands_in_the_readme_as_the_program_describes_it() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    assert {option.name for option in describe()} == {line.split("`")[1] for line in table().splitlines()[2:]}
    if not readme.exists():
        pytest.skip("no README yet")
    assert table() in readme.read_text(encoding="utf-8")


# --- mail ------------------------------------------------------------------------------------------------------------

MAIL = {"NAUNGAN_SMTP_HOST": "surat.contoh.go.id", "NAUNGAN_SMTP_FROM": "naungan@contoh.go.id"}


def test_a_mail_server_is_spoken_to_over_a_private_line_unless_it_is_here(mounts: Path, tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("-----BEGIN CERTIFICATE-----")
    found = load_config(MAIL | {"NAUNGAN_SMTP_CA": str(pem)}, mounts=mounts).mail
    assert found is not None
    assert (found.host, found.port, found.tls, found.authorities) == ("surat.contoh.go.id", 587, "starttls", pem)
    signed_in = load_config(MAIL | {"NAUNGAN_SMTP_USER": "u", "NAUNGAN_SMTP_PASSWORD": "rahasia"}, mounts=mounts)
    assert "rahasia" not in repr(signed_in)
    here = load_config(MAIL | {"NAUNGAN_SMTP_HOST": "127.0.0.1", "NAUNGAN_SMTP_TLS": "none"}, mounts=mounts).mail
    assert here is not None
    assert here.tls == "none"
    assert load_config({}, mounts=mounts).mail is None


@pytest.mark.parametrize(
    "wrong",
    [
        MAIL | {"NAUNGAN_SMTP_TLS": "none"},
        MAIL | {"NAUNGAN_SMTP_TLS": "ssl"},
        MAIL | {"NAUNGAN_SMTP_FROM": ""},
        MAIL | {"NAUNGAN_SMTP_FROM": "a@b.id\r\nBcc: x@y.id"},
        MAIL | {"NAUNGAN_SMTP_FROM": "Naungan <a@b.id>"},
        MAIL | {"NAUNGAN_SMTP_HOST": "surat contoh"},
        MAIL | {"NAUNGAN_SMTP_HOST": "smtp://surat.contoh.go.id"},
        MAIL | {"NAUNGAN_SMTP_PORT": "0"},
        MAIL | {"NAUNGAN_SMTP_USER": "u"},
        MAIL | {"NAUNGAN_SMTP_PASSWORD": "p"},
        MAIL | {"NAUNGAN_SMTP_CA": "/does/not/exist"},
        {"NAUNGAN_SMTP_FROM": "a@b.id"},
        {"NAUNGAN_SMTP_USER": "u"},
    ],
)
def test_a_wrong_mail_setting_refuses_the_start_and_shows_no_password(mounts: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(HERE | wrong, mounts=mounts)
    assert "NAUNGAN_SMTP_" in refused.value.id
    assert refused.value.en
