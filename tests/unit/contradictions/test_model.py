import numpy as np
import pytest

from tests.unit.contradictions.conftest import CLASSES, VOCABULARY, write_checksums
from workers.contradictions.judge import Nli
from workers.contradictions.model import Transformer, verify
from workers.errors import CannotWork


def test_rows_come_back_in_the_order_of_the_texts(encoder_folder):
    encoder = Transformer(str(encoder_folder), threads=1)
    texts = ["tax"] + ["talks always never perhaps"] * 20 + ["tax tax tax"]
    rows = encoder(texts)
    assert rows.shape == (22, 2)
    assert rows[0].tolist() == [1.0, 0.0]
    assert rows[-1].tolist() == [3.0, 0.0]


def test_classes_are_read_from_id2label(nli_folder):
    nli = Nli(str(nli_folder), threads=1)
    table = nli(["tax", "tax", "tax"], ["never", "always", "perhaps"])
    assert table.argmax(1).tolist() == [2, 0, 1]
    np.testing.assert_allclose(table.sum(1), 1)


def test_a_model_without_a_contradiction_class_is_refused(encoder_folder):
    with pytest.raises(CannotWork, match="choose an NLI model") as error:
        Nli(str(encoder_folder), threads=1)
    assert error.value.code == "model-missing"


def test_a_damaged_file_says_so(nli_folder):
    write_checksums(nli_folder)
    first = verify(nli_folder)
    assert Transformer(str(nli_folder), threads=1).version == first
    weights = nli_folder / "model.onnx"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(CannotWork, match="damaged"):
        Transformer(str(nli_folder), threads=1)


def test_a_missing_file_says_so(nli_folder):
    write_checksums(nli_folder)
    (nli_folder / "model.onnx").unlink()
    with pytest.raises(CannotWork, match=r"model\.onnx is missing"):
        Transformer(str(nli_folder), threads=1)


def test_an_unsigned_broken_graph_is_an_error_of_the_model(nli_folder):
    (nli_folder / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(CannotWork, match="cannot be read by ONNX Runtime"):
        Transformer(str(nli_folder), threads=1)


def test_a_folder_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(CannotWork, match="ONRECORD_MODEL"):
        Transformer(str(tmp_path / "nothing"), threads=1)


def test_weights_of_the_hub_s_format_run_without_a_graph(nli_folder):
    torch = pytest.importorskip("torch", reason="pip install 'on-record[torch]'")
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(CLASSES)),
        label2id={label: i for i, label in enumerate(CLASSES)},
    )
    torch.manual_seed(1)
    model = BertForSequenceClassification(config).eval()
    (nli_folder / "model.onnx").unlink()
    model.save_pretrained(nli_folder)

    table = Nli(str(nli_folder), threads=1)(["tax", "always talks"], ["never talks", "tax"])
    ids = torch.tensor([[VOCABULARY.index(word) for word in ("tax", "[SEP]", "never", "talks", "[SEP]")]])
    with torch.inference_mode():
        expected = model(ids, token_type_ids=torch.tensor([[0, 0, 0, 0, 0]])).logits.softmax(1)[0].numpy()
    by_name = dict(zip(CLASSES, expected.tolist(), strict=True))
    np.testing.assert_allclose(
        table[0], [by_name[name] for name in ("entailment", "neutral", "contradiction")], atol=1e-5
    )
