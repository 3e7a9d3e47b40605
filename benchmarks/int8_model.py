"""Write an int8 copy of the packaged embedder: ``python -m benchmarks.int8_model FOLDER``.

Its matrices are in eight bits, a scale for each output channel, made by onnxruntime without any
data (``pip install onnx`` besides). Name the folder as ``embedder.folder`` in the settings, or
measure it: ``python -m benchmarks.literature --examples --embedder FOLDER --json B.json``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ingest.model_files import find_model
from ingest.settings import EmbedderSettings


def write_int8(folder: Path) -> Path:
    """Write it; the file with the model.

    Args:
        folder: Made where it is missing.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    found = find_model(EmbedderSettings())
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "model.onnx"
    with tempfile.TemporaryDirectory() as copies:
        # Copied first: the package's files may be hard links, which the reader refuses.
        for file in found.model.parent.glob("model.onnx*"):
            shutil.copyfile(file, Path(copies) / file.name)
        quantize_dynamic(
            Path(copies) / found.model.name,
            target,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
        )
    shutil.copyfile(found.tokenizer, folder / found.tokenizer.name)
    return target


def main(argv: Sequence[str] | None = None) -> None:
    """Write it and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.int8_model")
    parser.add_argument("folder", type=Path)
    written = write_int8(parser.parse_args(argv).folder)
    sys.stdout.write(f"{written}: {written.stat().st_size / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
