"""The one Settings. Nothing else reads the environment.

Order, strongest first: flags, environment (``ELUTE_`` and ``__`` between section and name, e.g.
``ELUTE_EMBEDDER__KIND``), ``.env`` in the working folder, ``config.toml`` in the user's config
folder, defaults.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as SourceError

from agent.errors import SettingsError
from ingest.settings import (
    CrossrefSettings,
    EmbedderSettings,
    IndexSettings,
    LibrarySettings,
    ReaderSettings,
)

APP = "elute"


class ModelSettings(BaseModel):
    """The one chat model. Without an endpoint or a key, answers are written without a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = None  # as the endpoint calls it
    base_url: str | None = None  # None with a key: the openai client's default endpoint
    api_key: SecretStr | None = None
    timeout_s: float = Field(default=120.0, gt=0)  # of one whole reply, to its last byte
    max_retries: int = Field(default=1, ge=0, le=5)  # of one request, where trying again may help
    max_tokens: int = Field(default=1_500, gt=0)  # of one reply
    temperature: float | None = Field(default=None, ge=0, le=2)  # None: the endpoint's own
    preset: Literal["fast", "thorough", "compare"] = "fast"
    # Passages of up to 1,000 characters that it reads at once; None: what the preset takes.
    passages: int | None = Field(default=None, gt=0, le=40)
    # What one answer may use; then it is ended with what is known.
    token_budget: int | None = Field(default=60_000, gt=0)
    cost_budget: float | None = Field(default=None, gt=0)  # in the prices' currency
    price_in: float | None = Field(default=None, ge=0)  # of a million tokens read
    price_out: float | None = Field(default=None, ge=0)  # of a million tokens written

    @field_validator("base_url")
    @classmethod
    def _plain_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, mark, rest = url.partition("://")
        if not mark or scheme not in ("http", "https") or not rest:
            raise ValueError("an endpoint's URL begins with http:// or https:// and a host")
        # A URL is shown by doctor and in logs, so a secret may not hide in it.
        if "@" in rest.split("/", 1)[0]:
            raise ValueError("an endpoint's URL holds no user or password; use model.api_key")
        return url

    @property
    def is_configured(self) -> bool:
        """Whether an endpoint or a key was named."""
        return self.base_url is not None or self.api_key is not None

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.cost_budget is not None and (self.price_in is None or self.price_out is None):
            raise ValueError("a cost_budget needs price_in and price_out")
        return self

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """What so many tokens cost, in the prices' currency; None where no prices are set."""
        if self.price_in is None or self.price_out is None:
            return None
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6

    def spent(self, tokens_in: int, tokens_out: int) -> str | None:
        """A sentence where so many tokens are more than one answer may use, else None."""
        used = tokens_in + tokens_out
        if self.token_budget is not None and used >= self.token_budget:
            return (
                f"the answer's budget of {self.token_budget:,} tokens is used up. Raise"
                " ELUTE_MODEL__TOKEN_BUDGET"
            )
        cost = self.cost(tokens_in, tokens_out)
        if self.cost_budget is not None and cost is not None and cost >= self.cost_budget:
            return (
                f"the answer's budget of {self.cost_budget:g} is used up. Raise"
                " ELUTE_MODEL__COST_BUDGET"
            )
        return None


class Settings(BaseSettings):
    """All settings of elute. ``load`` reads them and says in a sentence what is wrong."""

    model_config = SettingsConfigDict(
        env_prefix="ELUTE_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path(APP, appauthor=False),
        validate_default=True,
    )
    workers: int = Field(default=2, gt=0)  # files read at once
    # Processes in which `elute chat` works answers out; None: one a core, at most four; 0: none.
    chat_workers: int | None = Field(default=None, ge=0, le=16)
    lock_wait_s: float = Field(default=60.0, ge=0)  # how long a second ingest waits for the first
    reader: ReaderSettings = ReaderSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    index: IndexSettings = IndexSettings()
    crossref: CrossrefSettings = CrossrefSettings()
    model: ModelSettings = ModelSettings()

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings' name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, .env, config.toml; the OPENAI_ names behind elute's own in each."""
        return (
            init_settings,
            env_settings,
            _OpenAINames(settings_cls),
            dotenv_settings,
            _OpenAINamesInFile(settings_cls),
            TomlConfigSettingsSource(settings_cls, toml_file=config_file()),
        )

    @classmethod
    def load(cls, **flags: Any) -> Self:
        """The settings in force.

        Args:
            **flags: What the caller asked for itself; ``None`` means it did not ask.

        Raises:
            SettingsError: A setting is unknown, has a value it cannot have, or a file with
                settings cannot be read.
        """
        try:
            return cls(**{name: value for name, value in flags.items() if value is not None})
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from None  # the cause would print secrets
        except SourceError as error:
            raise SettingsError(f"{error}. A section given whole must be JSON") from None
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"cannot read {str(config_file())!r}: {error}") from error
        except UnicodeDecodeError as error:
            raise SettingsError("cannot read '.env': it is not UTF-8 text") from error
        except OSError as error:
            raise SettingsError(
                f"cannot read settings from {error.filename!r}: {error.strerror}"
            ) from error

    def library(self, name: str = "default") -> LibrarySettings:
        """What the library of that name needs to know.

        Raises:
            SettingsError: ``name`` cannot be a folder's name.
        """
        try:
            return LibrarySettings(
                data_dir=self.data_dir,
                name=name,
                workers=self.workers,
                lock_wait_s=self.lock_wait_s,
                reader=self.reader,
                embedder=self._embedder(),
                index=self.index,
                crossref=self.crossref,
            )
        except ValidationError:
            raise SettingsError(
                f"a library cannot be named {name!r}: use up to 64 letters, digits, '.', '_' and"
                " '-', beginning with a letter or digit"
            ) from None

    def _embedder(self) -> EmbedderSettings:
        """The embedder's section; an endpoint it does not name is the chat model's."""
        section = self.embedder
        if section.kind != "openai" or section.base_url not in (None, self.model.base_url):
            return section  # a key is never sent to another endpoint than the one it came with
        key = self.model.api_key.get_secret_value() if self.model.api_key else None
        return section.model_copy(
            update={"base_url": self.model.base_url, "api_key": section.api_key or key}
        )


class _OpenAINames(EnvSettingsSource):
    """OPENAI_API_KEY and OPENAI_BASE_URL from the environment, for the one chat model."""

    def __call__(self) -> dict[str, Any]:
        return _openai_section(self.env_vars)


class _OpenAINamesInFile(DotEnvSettingsSource):
    """The same two names from .env."""

    def __call__(self) -> dict[str, Any]:
        return _openai_section(self.env_vars)


def _openai_section(variables: Any) -> dict[str, Any]:
    found = {name: variables.get(f"openai_{name}") for name in ("api_key", "base_url")}
    section = {name: value for name, value in found.items() if value}
    return {"model": section} if section else {}


def config_folder() -> Path:
    """The folder of the user's ``config.toml``."""
    return platformdirs.user_config_path(APP, appauthor=False)


def cache_folder() -> Path:
    """The user's folder for what can be made again."""
    return platformdirs.user_cache_path(APP, appauthor=False)


def config_file() -> Path:
    """The user's settings file; it need not exist."""
    return config_folder() / "config.toml"


def wants_traceback() -> bool:
    """Whether ELUTE_DEBUG asks for tracebacks; readable even where other settings are wrong."""
    return os.environ.get("ELUTE_DEBUG", "").lower() not in ("", "0", "false", "no")


def _sentence(error: ValidationError) -> str:
    """What is wrong with which setting, without values that may be secret."""
    said = []
    for detail in error.errors(include_url=False, include_context=False):
        path = [str(part) for part in detail["loc"]]
        name = f"{'.'.join(path)!r} (ELUTE_{'__'.join(path).upper()})"
        if detail["type"] == "extra_forbidden":
            known = ", ".join(sorted(_section_fields(path[0])))
            said.append(f"unknown setting {name}; section {path[0]!r} has: {known}")
        else:
            shown = "" if {"api_key", "base_url"} & set(path) else f" is {detail['input']!r}"
            said.append(f"setting {name}{shown}: {detail['msg'].removeprefix('Value error, ')}")
    return "; ".join(said)


def _section_fields(section: str) -> list[str]:
    field = Settings.model_fields.get(section)
    return list(getattr(field.annotation, "model_fields", {})) if field else []
