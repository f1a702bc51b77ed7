"""Settings: which sites there are and how this installation runs them.

They come from one TOML file (`tradewright.toml`), overridden by environment variables: `TRADEWRIGHT_DEBUG=1`,
`TRADEWRIGHT_SITES__MAIN__DATABASE=postgresql://...` (two underscores lead into a table, commas separate a list; other
variables of that prefix belong to the tools). With neither there is one site, `main`, in the SQLite file
`var/main.sqlite`, with all addons that are found.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tradewright.base.errors import DeveloperError, nearest
from tradewright.base.toml import EnvironmentText, Table, read_toml

FILE = "tradewright.toml"
PREFIX = "TRADEWRIGHT_"
CONFIG_VARIABLE = "TRADEWRIGHT_CONFIG"
DEFAULT_SITE = "main"
_CODE = "settings"
_SITE_NAME = "[a-z][a-z0-9_]{0,39}"
_KEYS = (
    "addon_start_seconds",
    "addons_path",
    "cache_folder",
    "cookie_secure",
    "debug",
    "hook_seconds",
    "languages",
    "mail",
    "secret_key_file",
    "sites",
    "trusted_proxies",
)
_SECURITIES = ("none", "starttls", "tls")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """One company's installation.

    `database` is its URL; `schema` its PostgreSQL schema, None for the default one; `addons` the addons to enable,
    None for all that are found; `hosts` the host names that lead to it (none: the only site answers to any);
    `files` the folder of its attachments; `timezone` the IANA name of the zone that moments are shown in;
    `outgoing_hosts` the hosts that its addons may call, `outgoing_files` the folder below which they may drop files;
    `incoming_files` the folder below which they may take files.
    """

    name: str
    database: str = field(repr=False)
    schema: str | None = None
    addons: tuple[str, ...] | None = None
    hosts: tuple[str, ...] = ()
    files: Path = Path("var/files")
    languages: tuple[str, ...] = ("en", "de", "zh_Hans")
    timezone: str = "UTC"
    outgoing_hosts: tuple[str, ...] = ()
    outgoing_files: Path | None = None
    incoming_files: Path | None = None


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The way out for mail; without a `host` it stays in the mailbox page of the site."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    sender: str = "tradewright@localhost"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs.

    `trusted_proxies` counts the proxies in front whose forwarded headers are believed. `cookie_secure` says whether
    cookies travel by https only; None takes it from the request. An addon that needs longer than `addon_start_seconds`
    when the program starts is set aside; an answer to a hook that takes longer than `hook_seconds` is reported, and
    stopped after six times as long. `cache_folder` keeps what can be made anew (compiled templates). Relative paths
    start at the folder of the file.
    """

    sites: Mapping[str, SiteSettings]
    file: Path | None = None
    languages: tuple[str, ...] = ("en", "de", "zh_Hans")
    mail: MailSettings = field(default_factory=MailSettings)
    debug: bool = False
    secret_key_file: Path = Path("var/secret.key")
    cache_folder: Path | None = None
    addons_path: tuple[Path, ...] = ()
    trusted_proxies: int = 0
    cookie_secure: bool | None = None
    addon_start_seconds: int = 60
    hook_seconds: int = 10

    def site(self, name: str | None = None) -> SiteSettings:
        """Return the settings of a site; without a name those of the only one, or of `main`."""
        wanted = name or (DEFAULT_SITE if DEFAULT_SITE in self.sites else next(iter(self.sites)))
        if wanted in self.sites:
            return self.sites[wanted]
        raise DeveloperError(
            "settings.unknown-site",
            "the settings name no site like this",
            where=str(self.file or "the settings"),
            value=wanted,
            near=nearest(wanted, self.sites) or tuple(self.sites),
            remedy=f"use one of them, or add a table [sites.{wanted}]",
        )

    def secret_key(self) -> bytes:
        """Return the key that signs tokens; made at first use, readable by the owner only."""
        try:
            return self._read_secret_key()
        except FileNotFoundError:
            self.secret_key_file.parent.mkdir(parents=True, exist_ok=True)
            draft = self.secret_key_file.with_name(f"{self.secret_key_file.name}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.write(secrets.token_urlsafe(48))
            try:
                os.link(draft, self.secret_key_file)  # whole or not at all, and only for the first of several
            except FileExistsError:
                pass
            finally:
                draft.unlink()
            return self._read_secret_key()

    def _read_secret_key(self) -> bytes:
        key = self.secret_key_file.read_bytes().strip()
        if len(key) < 32:
            raise DeveloperError(
                "settings.weak-key",
                f"the secret key has {len(key)} bytes; at least 32 are needed",
                where=str(self.secret_key_file),
                remedy="remove the file to have a new key made; everybody signs in again then",
            )
        return key


def load_settings(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: the given file, else the one that `TRADEWRIGHT_CONFIG` names, else `tradewright.toml` here."""
    variables = os.environ if environment is None else environment
    named = file or (Path(variables[CONFIG_VARIABLE]) if variables.get(CONFIG_VARIABLE) else None)
    chosen = (named or Path(FILE)).absolute()
    values: dict[str, Any] = {}
    found = named is not None or chosen.is_file()
    if found:
        values = read_toml(chosen, _CODE).values
    _overlay(values, variables)
    return _settings(Table(values, str(chosen), _CODE), chosen.parent, chosen if found else None)


def _overlay(values: dict[str, Any], variables: Mapping[str, str]) -> None:
    for variable, text in sorted(variables.items()):
        *tables, key = variable.removeprefix(PREFIX).lower().split("__")
        if not variable.startswith(PREFIX) or [*tables, key][0] not in _KEYS:
            continue
        target = values
        for name in tables:
            below = target.setdefault(name, {})
            if not isinstance(below, dict):
                break
            target = below
        target[key] = EnvironmentText(text, variable)


def _settings(table: Table, base: Path, file: Path | None) -> Settings:
    languages = table.texts("languages", ("en", "de", "zh_Hans"))
    var = base / "var"
    sites = {name: _site(name, below, base, languages) for name, below in table.tables("sites")}
    settings = Settings(
        sites=sites or {DEFAULT_SITE: _site(DEFAULT_SITE, Table({}, table.file, _CODE), base, languages)},
        file=file,
        languages=languages,
        mail=_mail(table.table("mail")),
        debug=table.boolean("debug", default=False),
        secret_key_file=base / table.text("secret_key_file", str(var / "secret.key")),
        cache_folder=base / table.text("cache_folder", str(var / "cache")),
        addons_path=tuple(base / path for path in table.texts("addons_path")),
        trusted_proxies=table.integer("trusted_proxies", 0, at_most=10),
        cookie_secure=table.boolean("cookie_secure", default=None),
        addon_start_seconds=table.integer("addon_start_seconds", 60, at_least=1, at_most=3600),
        hook_seconds=table.integer("hook_seconds", 10, at_least=1, at_most=600),
    )
    table.close()
    return settings


def _site(name: str, table: Table, base: Path, languages: tuple[str, ...]) -> SiteSettings:
    if not re.fullmatch(_SITE_NAME, name):
        table.fail("", "value", "a site's name is lower case letters, digits and underscores", value=name)
    site = SiteSettings(
        name=name,
        database=_database(table.text("database", f"sqlite:///{base / 'var' / name}.sqlite"), base),
        schema=table.text("schema", "", pattern=_SITE_NAME) or None,
        addons=table.texts("addons") if "addons" in table else None,
        hosts=table.texts("hosts"),
        files=base / table.text("files", str(base / "var" / f"{name}-files")),
        languages=table.texts("languages", languages),
        timezone=table.text("timezone", "UTC"),
        outgoing_hosts=tuple(host.lower() for host in table.texts("outgoing_hosts")),
        outgoing_files=base / folder if (folder := table.text("outgoing_files", "")) else None,
        incoming_files=base / folder if (folder := table.text("incoming_files", "")) else None,
    )
    table.close()
    return site


def _database(url: str, base: Path) -> str:
    """Let the relative path of an SQLite file start at the folder of the settings, wherever the program is started."""
    prefix = "sqlite:///"
    path = url.removeprefix(prefix)
    return f"{prefix}{base / path}" if url.startswith(prefix) and path and not path.startswith(":") else url


def _mail(table: Table) -> MailSettings:
    mail = MailSettings(
        host=table.text("host", ""),
        port=table.integer("port", 587, at_least=1, at_most=65_535),
        user=table.text("user", ""),
        password=table.text("password", ""),
        security=table.text("security", "starttls", pattern="|".join(_SECURITIES)),
        sender=table.text("sender", "tradewright@localhost"),
    )
    table.close()
    return mail
