"""Every setting of On Record, read once from ``ONRECORD_*`` variables.

Nothing else in the project reads the environment. A wrong value stops the program at start with the
name of the variable; secrets have no defaults.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the checkout; the shipped models and the sample lie below it."""


class Settings(BaseSettings):
    """Values of all settings. Durations are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="ONRECORD_", frozen=True)

    data_dir: Path = Field(default_factory=lambda: user_data_path("on-record"))
    """Folder of everything the embedded default writes: database, queue, logs, process ids."""

    database_url: str | None = None
    """SQLAlchemy URL of the ledger; unset means SQLite inside ``data_dir``."""

    redis_url: str | None = None
    """Redis that carries the queue; unset means the embedded Valkey of ``onrecord run``."""

    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=1, le=65535)
    public_url: str | None = None
    """Address under which readers reach this server; unset means ``http://host:port``."""

    model: str = str(ROOT / "models" / "contradiction")
    """Folder or Hugging Face id of the NLI model that judges pairs."""

    calibration: Path | None = None
    """Thresholds of the model, made by ``onrecord calibrate``; unset means those beside its weights."""

    embedder: str = str(ROOT / "models" / "embedder")
    """Folder of the sentence encoder that finds statements on the same topic."""

    model_threads: int = Field(default=2, ge=1, le=64)

    fetch_allow_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    """``host:port`` names that may be fetched although they are not public (tests, an intranet CMS)."""

    fetch_timeout: float = Field(default=20.0, gt=0, le=120)
    """For one page altogether, redirects included."""

    fetch_max_bytes: int = Field(default=8_000_000, ge=10_000)
    fetch_contact: str = "https://github.com/on-record/on-record"
    """Where a site's owner can learn what this robot is; part of the User-Agent."""

    check_fresh_for: int = Field(default=3600, ge=0)
    """How long a finished check answers for the same page instead of a new one."""

    check_time_limit: int = Field(default=120, ge=10)
    """Hard limit of one check in a worker; kept below the queue's visibility timeout."""

    @field_validator("fetch_allow_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @property
    def ledger_url(self) -> str:
        """SQLAlchemy URL of the ledger in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ledger.sqlite3'}"

    @property
    def address(self) -> str:
        """Address to show to people, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read on first use.

    Raises:
        pydantic.ValidationError: a variable has a value that cannot be used; the message names it.
    """
    return Settings()
