"""A tiny NLI model and a tiny encoder, made here: real ONNX graphs, real tokenizer files, no network."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

VOCABULARY = ["[PAD]", "[UNK]", "[SEP]", "always", "never", "perhaps", "tax", "talks"]
CLASSES = ["contradiction", "entailment", "neutral"]  # not our order: it must be read from the config


def write_model(
    folder: Path, table: list[list[float]], labels: list[str], graph_name: str = "model.onnx"
) -> Path:
    """A model whose output row is the sum of one table row per token."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="$A [SEP]", pair="$A [SEP] $B [SEP]", special_tokens=[("[SEP]", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", sep_token="[SEP]"
    ).save_pretrained(folder)
    config = {
        "model_type": "bert",
        "architectures": ["BertForSequenceClassification"],
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
    }
    (folder / "config.json").write_text(json.dumps(config))
    width = len(table[0])
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
            helper.make_node("ReduceSum", ["rows", "axis"], ["output"], keepdims=0),
        ],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "tokens"])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", width])],
        [
            numpy_helper.from_array(np.array(table, np.float32), "table"),
            numpy_helper.from_array(np.array([1], np.int64), "axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / graph_name)
    return folder


def write_checksums(folder: Path) -> None:
    """Sign a folder the way the shipped ones are."""
    sums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name not in {"checksums.json", "calibration.json"}
    }
    (folder / "checksums.json").write_text(json.dumps(sums))


@pytest.fixture
def nli_folder(tmp_path: Path) -> Path:
    """ "never" contradicts everything, "always" entails it, any other word is neutral."""
    table = [[0.0, 0.0, 0.0] for _ in VOCABULARY]
    table[VOCABULARY.index("never")] = [6.0, 0.0, 0.0]
    table[VOCABULARY.index("always")] = [0.0, 6.0, 0.0]
    table[VOCABULARY.index("perhaps")] = [0.0, 0.0, 6.0]
    return write_model(tmp_path / "nli", table, CLASSES)


@pytest.fixture
def encoder_folder(tmp_path: Path) -> Path:
    """Two topics, two axes."""
    table = [[0.0, 0.0] for _ in VOCABULARY]
    table[VOCABULARY.index("tax")] = [1.0, 0.0]
    table[VOCABULARY.index("talks")] = [0.0, 1.0]
    return write_model(tmp_path / "encoder", table, ["x", "y"])


@pytest.fixture
def quick_encoder_folder(encoder_folder: Path) -> Path:
    """The encoder with a first pass beside it, which takes "never" for a conflict."""
    table = [[float(word == "never")] for word in VOCABULARY]
    return write_model(encoder_folder, table, ["x", "y"], "first_pass.onnx")
