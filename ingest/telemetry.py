"""Keeping what we ship with from sending anything anywhere."""

from __future__ import annotations

import os


def refuse_telemetry() -> None:
    """Call before onnxruntime or chromadb is imported in a process.

    From 1.29 on onnxruntime sends events, with hashes of the model and a device id that it keeps in
    the user's cache folder, to Microsoft from the first session (microsoft/onnxruntime#27379). Only
    this variable, set before it is loaded, stops all of it. Chroma's is said in its settings too.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
