from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import SettingsError
from agent.settings import Settings, wants_traceback

SECRET = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without settings of its own, and a working folder inside it."""
    for name in list(os.environ):
        if name.startswith(("ELUTE_", "OPENAI_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("agent.settings.config_folder", lambda: tmp_path / "config")
    (tmp_path / "config").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_flags_beat_environment_beats_dotenv_beats_the_config_file_beats_defaults(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config/config.toml").write_text(
        "workers = 3\nlock_wait_s = 3\n"
        "[reader]\ntimeout_s = 3\nmax_pages = 3\n[model]\nname = 'toml'\n"
    )
    (home / ".env").write_text("ELUTE_LOCK_WAIT_S=4\nELUTE_READER__TIMEOUT_S=4\nELUTE_WORKERS=4\n")
    monkeypatch.setenv("ELUTE_READER__TIMEOUT_S", "5")
    monkeypatch.setenv("ELUTE_WORKERS", "5")

    settings = Settings.load(workers=6)

    assert settings.workers == 6
    assert settings.reader.timeout_s == 5
    assert settings.lock_wait_s == 4
    assert settings.reader.max_pages == 3
    assert settings.model.name == "toml"
    assert settings.reader.memory_mb == Settings.model_fields["reader"].default.memory_mb


def test_a_flag_that_was_not_given_leaves_the_environment_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ELUTE_WORKERS", "7")

    assert Settings.load(workers=None).workers == 7


def test_the_data_folder_comes_from_the_environment_and_is_absolute(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_DATA_DIR", ".demo")

    settings = Settings.load()

    assert settings.data_dir == home / ".demo"
    assert settings.library("papers").folder == home / ".demo" / "libraries" / "papers"


def test_a_library_takes_over_its_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELUTE_INDEX__KIND", "chroma")
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "none")
    monkeypatch.setenv("ELUTE_WORKERS", "1")

    library = Settings.load().library("a")

    assert (library.name, library.index.kind) == ("a", "chroma")
    assert (library.embedder.kind, library.workers) == ("none", 1)


@pytest.mark.parametrize("name", ["", "..", "a/b", "-a", "a" * 65, "a b"])
def test_a_library_name_that_is_no_folder_name_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be named"):
        Settings.load().library(name)


def test_the_openai_names_set_the_one_chat_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")

    model = Settings.load().model

    assert model.api_key is not None
    assert model.api_key.get_secret_value() == SECRET
    assert model.base_url == "http://127.0.0.1:9/v1"
    assert model.is_configured


def test_the_openai_names_are_read_from_dotenv_too(home: Path) -> None:
    (home / ".env").write_text(f"OPENAI_API_KEY={SECRET}\n")

    key = Settings.load().model.api_key

    assert key is not None
    assert key.get_secret_value() == SECRET


def test_elutes_own_name_beats_the_openai_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://other/v1")
    monkeypatch.setenv("ELUTE_MODEL__BASE_URL", "http://own/v1")

    assert Settings.load().model.base_url == "http://own/v1"


def test_without_a_key_or_an_endpoint_no_model_is_configured() -> None:
    assert not Settings.load().model.is_configured


def test_top_level_ignores_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELUTE_FROM_A_LATER_VERSION", "1")

    assert Settings.load().workers == 2


def test_a_section_names_the_setting_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELUTE_MODEL__APIKEY", SECRET)

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert "ELUTE_MODEL__APIKEY" in str(caught.value)
    assert "section 'model' has: api_key, base_url, " in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_wrong_value_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELUTE_WORKERS", "many")

    with pytest.raises(SettingsError, match=r"ELUTE_WORKERS.*'many'"):
        Settings.load()


def test_an_endpoint_with_a_password_in_its_url_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ELUTE_MODEL__BASE_URL", f"http://me:{SECRET}@host/v1")

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert "api_key" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", ["workers = ", "workers = 'x'", "[model]\nnaem = 1"])
def test_a_broken_config_file_is_a_sentence(home: Path, text: str) -> None:
    (home / "config/config.toml").write_text(text)

    with pytest.raises(SettingsError):
        Settings.load()


def test_a_section_that_is_no_json_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELUTE_MODEL", "gpt")

    with pytest.raises(SettingsError, match="model"):
        Settings.load()


def test_a_dotenv_that_is_no_text_is_a_sentence(home: Path) -> None:
    (home / ".env").write_bytes(b"\xff\xfe\x00A")

    with pytest.raises(SettingsError, match=r"\.env"):
        Settings.load()


def test_secrets_stand_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "openai")

    settings = Settings.load()
    library = settings.library()

    assert library.embedder.api_key == SECRET
    assert SECRET not in f"{settings!r} {settings} {library!r} {library}"


def test_the_chat_models_key_is_not_sent_to_another_embedder_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "openai")
    monkeypatch.setenv("ELUTE_EMBEDDER__BASE_URL", "http://elsewhere/v1")

    assert Settings.load().library().embedder.api_key is None


def test_the_packaged_embedder_is_handed_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)

    embedder = Settings.load().library().embedder

    assert (embedder.kind, embedder.api_key, embedder.base_url) == ("packaged", None, None)


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("0", False), ("", False)])
def test_tracebacks_are_shown_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, value: str, wanted: bool
) -> None:
    monkeypatch.setenv("ELUTE_DEBUG", value)

    assert wants_traceback() is wanted


def test_every_public_name_of_agent_can_be_fetched() -> None:
    import agent

    for name in agent.__all__:
        assert getattr(agent, name).__name__ == name


def test_importing_agent_and_its_session_loads_nothing_heavy() -> None:
    code = (
        "import sys, agent; from agent import Session, Answer;"
        "print([m for m in ('langchain', 'chromadb', 'onnxruntime', 'rdkit', 'pydantic_settings')"
        " if m in sys.modules])"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
