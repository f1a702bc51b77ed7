"""A site: one company's installation, and the only place where units of work begin and end."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tradewright.base import Unavailable
from tradewright.base.clock import Clock, SystemClock
from tradewright.base.files import FileStore
from tradewright.i18n import _
from tradewright.orm.actor import SYSTEM, Actor
from tradewright.orm.database import Database, is_retryable
from tradewright.orm.env import Env
from tradewright.orm.opening import first_company, open_env
from tradewright.registry.troubles import Troubles

if TYPE_CHECKING:
    from tradewright.app.composition import Composition
    from tradewright.app.lifecycle import LifeCycle
    from tradewright.orm.database import Connection
    from tradewright.orm.protocols import Outbox

T = TypeVar("T")
ATTEMPTS = 6


class Site:
    """One installation: a database with a schema, an addon set, files, settings and a clock."""

    def __init__(
        self,
        name: str,
        database: Database,
        composition: Composition,
        *,
        outbox: Outbox,
        files: Path,
        settings: Any,
        clock: Clock | None = None,
        language: str = "en",
    ) -> None:
        self.name = name
        self.database = database
        self.composition = composition
        self.registry = composition.registry
        self.access = composition.access
        self.roles = composition.addons.roles
        self.guard = composition.guard
        self.hooks = composition.hooks
        self.outbox = outbox
        self.files = FileStore(files)
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.language = language
        self._company: int | None = None
        self.website: Any = None  # the web layer keeps its part of the site here
        self.life_cycle: Callable[[], LifeCycle] | None = None  # who changes its addons; the installation says
        self.troubles = Troubles()
        self._here = threading.local()

    def catalog(self, language: str) -> Any:
        """Return the merged message catalogue of a language."""
        return self.composition.catalogs[language]

    @contextmanager
    def env(
        self,
        actor: Actor = SYSTEM,
        *,
        readonly: bool = False,
        language: str | None = None,
        company_id: int | None = None,
        request_id: str | None = None,
    ) -> Generator[Env]:
        """Open one unit of work: commits at the end of the block, rolls back when it raises.

        Database errors that are a user's business are raised as `UserError`.
        """
        inside: bool = getattr(self._here, "inside", False)
        self._here.inside = True
        try:
            with open_env(
                self,
                actor,
                now=self.clock.now(),
                language=language or actor.language or self.language,
                company_id=company_id or (actor.company_ids[0] if actor.company_ids else self.main_company()),
                request_id=request_id or secrets.token_hex(6),
                readonly=readonly,
            ) as env:
                yield env
        finally:
            self._here.inside = inside
            if self.troubles and not inside:
                self.troubles.note(self.env)

    @contextmanager
    def env_in(self, connection: Connection) -> Generator[Env]:
        """Open a unit of work inside a transaction that changes the site's addons, which ends it."""
        with open_env(
            self,
            SYSTEM,
            now=self.clock.now(),
            language=self.language,
            company_id=first_company(self, connection),
            request_id=secrets.token_hex(6),
            readonly=False,
            connection=connection,
        ) as env:
            yield env

    def run(
        self,
        command: Callable[[Env], T],
        actor: Actor = SYSTEM,
        *,
        language: str | None = None,
        company_id: int | None = None,
        request_id: str | None = None,
    ) -> T:
        """Run a command in a unit of work, again when it lost a race (deadlock, serialization, busy, stale version).

        The command must have no effect outside the unit of work; mail and HTTP go through jobs.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.env(actor, language=language, company_id=company_id, request_id=request_id) as env:
                    return command(env)
            except Exception as error:
                if not is_retryable(error):
                    raise
                if attempt == ATTEMPTS:
                    raise Unavailable(
                        "site.busy", _("Too many people are changing the same records. Try again in a moment.")
                    ) from error
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311  # jitter, not a secret
        raise AssertionError("the loop returns or raises")

    def main_company(self) -> int | None:
        """Return the id of the site's first company, once there is one."""
        if self._company is None:
            self._company = first_company(self)
        return self._company

    def with_composition(self, composition: Composition, *, database: Database | None = None) -> Site:
        """Return this site with other addons, on the same database or a copy; the web layer makes its part anew."""
        return Site(
            self.name,
            database or self.database,
            composition,
            outbox=self.outbox,
            files=self.files.root,
            settings=self.settings,
            clock=self.clock,
            language=self.language,
        )

    def close(self) -> None:
        """Close the connections of the site."""
        self.database.dispose()
