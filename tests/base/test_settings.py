"""Settings come from one file and the environment; a mistake is told with its place."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tradewright.base import DeveloperError
from tradewright.base.settings import MailSettings, Settings, SiteSettings, load_settings


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, content: str) -> Path:
    file = folder / "tradewright.toml"
    file.write_text(content, encoding="utf-8")
    return file


def test_without_any_configuration_there_is_one_site_in_a_file_below(here: Path) -> None:
    settings = load_settings(environment={})
    assert settings == Settings(
        sites={"main": SiteSettings("main", f"sqlite:///{here}/var/main.sqlite", files=here / "var/main-files")},
        secret_key_file=here / "var/secret.key",
        cache_folder=here / "var/cache",
    )
    assert settings.site() is settings.sites["main"]
    assert settings.site().addons is None


def test_a_file_names_everything_and_its_relative_paths_start_at_its_folder(here: Path) -> None:
    file = written(
        here,
        """
        languages = ["de", "en"]
        debug = true
        addons_path = ["addons", "/opt/addons"]
        secret_key_file = "key"
        cache_folder = "/opt/made-anew"
        trusted_proxies = 1
        cookie_secure = true

        [mail]
        host = "mail.example.org"
        port = 465
        user = "shop"
        password = "geheim"
        security = "tls"
        sender = "shop@example.org"

        [sites.north]
        database = "postgresql://erp@db/erp"
        schema = "north"
        addons = ["sale", "stock"]
        hosts = ["north.example.org"]
        files = "north"
        timezone = "Europe/Berlin"

        [sites.south]
        database = "sqlite:///data/south.sqlite"
        languages = ["en"]
        """,
    )
    assert load_settings(environment={}) == Settings(
        file=file,
        languages=("de", "en"),
        debug=True,
        addons_path=(here / "addons", Path("/opt/addons")),
        secret_key_file=here / "key",
        cache_folder=Path("/opt/made-anew"),
        trusted_proxies=1,
        cookie_secure=True,
        mail=MailSettings("mail.example.org", 465, "shop", "geheim", "tls", "shop@example.org"),
        sites={
            "north": SiteSettings(
                "north",
                "postgresql://erp@db/erp",
                "north",
                ("sale", "stock"),
                ("north.example.org",),
                here / "north",
                ("de", "en"),
                "Europe/Berlin",
            ),
            "south": SiteSettings(
                "south", f"sqlite:///{here}/data/south.sqlite", files=here / "var/south-files", languages=("en",)
            ),
        },
    )


def test_the_environment_overrides_the_file(here: Path) -> None:
    written(here, '[sites.main]\ndatabase = "sqlite:///a.sqlite"\nschema = "kept"\n[mail]\nport = 25\n')
    settings = load_settings(
        environment={
            "TRADEWRIGHT_DEBUG": "yes",
            "TRADEWRIGHT_SITES__MAIN__DATABASE": "postgresql://db/erp",
            "TRADEWRIGHT_SITES__MAIN__ADDONS": "sale, stock",
            "TRADEWRIGHT_MAIL__PORT": "2525",
            "TRADEWRIGHT_TEST_POSTGRES": "the tools' own",
            "HOME": "/root",
        }
    )
    main = settings.site("main")
    assert (settings.debug, settings.mail.port) == (True, 2525)
    assert (main.database, main.schema, main.addons) == ("postgresql://db/erp", "kept", ("sale", "stock"))


def test_the_file_is_the_given_one_or_the_one_that_the_environment_names(here: Path) -> None:
    (here / "other").mkdir()
    file = written(here / "other", "debug = true")
    assert load_settings(file, environment={}).file == file
    assert load_settings(environment={"TRADEWRIGHT_CONFIG": str(file)}).file == file
    with pytest.raises(DeveloperError, match="the file can't be read: No such file or directory"):
        load_settings(here / "nowhere.toml", environment={})


def test_a_mistyped_key_of_the_file_is_told_with_the_nearest(here: Path) -> None:
    file = written(here, '[sites.main]\ndatabse = "x"')
    with pytest.raises(DeveloperError) as caught:
        load_settings(environment={})
    assert str(caught.value) == (
        "[settings.unknown-key] this key is not known here\n"
        f"  where:  {file}, key sites.main.databse\n"
        "  value:  'databse'\n"
        "  nearest: database\n"
        "  remedy: correct the key or remove it"
    )


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("TRADEWRIGHT_MAIL__PORT", "many", "the value must be a whole number"),
        ("TRADEWRIGHT_MAIL__PORT", "0", "the value is not between 1 and 65535"),
        ("TRADEWRIGHT_DEBUG", "perhaps", "the value must be true or false"),
        ("TRADEWRIGHT_MAIL__SECURITY", "ssl", "the value does not fit the pattern none|starttls|tls"),
        ("TRADEWRIGHT_SITES__MAIN__SCHEMA", 'x"; drop', "the value does not fit the pattern [a-z][a-z0-9_]{0,39}"),
        ("TRADEWRIGHT_SITES__MAIN__HOST", "x", "this key is not known here"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_variable_is_told_by_its_name(variable: str, value: str, problem: str) -> None:
    with pytest.raises(DeveloperError) as caught:
        load_settings(environment={variable: value})
    assert (caught.value.where, caught.value.problem) == (f"variable {variable}", problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('debug = "yes"', "the value must be true or false"),
        ("trusted_proxies = true", "the value must be a whole number"),
        ("trusted_proxies = 99", "the value is not between 0 and 10"),
        ('sites = "main"', "the value must be a table"),
        ('[sites."Main Site"]', "a site's name is lower case letters, digits and underscores"),
        ("[mail]\nport = 1.5", "the value must be a whole number"),
        ("debug = ", "the file is not valid TOML: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_value_of_the_file_is_told(here: Path, content: str, problem: str) -> None:
    written(here, content)
    with pytest.raises(DeveloperError) as caught:
        load_settings(environment={})
    assert caught.value.problem == problem


def test_an_unknown_site_is_told_with_the_nearest(here: Path) -> None:
    file = written(here, "[sites.north]\n[sites.south]\n")
    settings = load_settings(environment={})
    with pytest.raises(DeveloperError) as caught:
        settings.site("nort")
    assert str(caught.value) == (
        "[settings.unknown-site] the settings name no site like this\n"
        f"  where:  {file}\n"
        "  value:  'nort'\n"
        "  nearest: north\n"
        "  remedy: use one of them, or add a table [sites.nort]"
    )
    assert settings.site().name == "north"


def test_secrets_stay_out_of_what_is_printed(here: Path) -> None:
    written(here, '[sites.main]\ndatabase = "postgresql://erp:geheim@db/erp"\n[mail]\npassword = "geheim"\n')
    assert "geheim" not in repr(load_settings(environment={}))


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(here: Path) -> None:
    settings = load_settings(environment={})
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: settings.secret_key(), range(8)))
    assert len(keys) == 1
    assert [path.name for path in (here / "var").iterdir()] == ["secret.key"]
    assert stat.S_IMODE(settings.secret_key_file.stat().st_mode) == 0o600


def test_a_short_secret_key_is_refused(here: Path) -> None:
    written(here, 'secret_key_file = "key"')
    (here / "key").write_text("secret\n")
    with pytest.raises(DeveloperError) as caught:
        load_settings(environment={}).secret_key()
    assert str(caught.value) == (
        "[settings.weak-key] the secret key has 6 bytes; at least 32 are needed\n"
        f"  where:  {here / 'key'}\n"
        "  remedy: remove the file to have a new key made; everybody signs in again then"
    )
