"""Fine-tuning, packing and calibrating a model small enough to train here; needs the ``training`` extra."""

import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="pip install 'on-record[training]'")
pytest.importorskip("sklearn", reason="pip install 'on-record[training]'")

import onnx  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: E402
from transformers import (  # noqa: E402
    AutoTokenizer,
    BertConfig,
    BertModel,
    MPNetConfig,
    MPNetForSequenceClassification,
    PreTrainedTokenizerFast,
)

from training import average, calibrate, embedder, export, first_pass, nli, packing, smoothing  # noqa: E402
from training.measure import Said, ranking  # noqa: E402
from training.pairs import CLASSES, Pair, read, write  # noqa: E402
from training.unpack import unpack  # noqa: E402
from workers.contradictions.comparer import QUICK_GRAPH  # noqa: E402
from workers.contradictions.judge import FEATURES, Calibration, Nli  # noqa: E402
from workers.contradictions.model import Transformer  # noqa: E402

WORDS = (
    "<s>",
    "<pad>",
    "</s>",
    "[UNK]",
    "<mask>",
    "we",
    "will",
    "not",
    "build",
    "close",
    "roads",
    "mines",
    "never",
    "now",
)


@pytest.fixture
def backbone(tmp_path: Path) -> Path:
    """An untrained model of two thin layers that knows a dozen words."""
    folder = tmp_path / "backbone"
    torch.manual_seed(1)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="[UNK]",
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)
    config = MPNetConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        id2label=dict(enumerate(CLASSES)),
        label2id={name: i for i, name in enumerate(CLASSES)},
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = MPNetForSequenceClassification(config)
    for weights in model.parameters():  # fresh biases are all alike, and a graph holds equal tensors once
        torch.nn.init.normal_(weights, weights.mean().item(), 0.02)
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    rows = [
        Pair("we will build roads", "we will not build roads", "contradiction", "made"),
        Pair("we will build roads", "we will build roads now", "neutral", "made"),
        Pair("we will close mines", "we will close mines", "entailment", "made"),
        Pair("we will close mines now", "we close mines", "consistent", "made"),
    ]
    write(tmp_path / "pairs.jsonl", rows * 40)
    return tmp_path / "pairs.jsonl"


def arguments(backbone: Path, pairs: Path, **changed: object) -> Namespace:
    values = {
        "init": backbone,
        "pairs": pairs,
        "out": backbone.with_name("stage"),
        "resume": False,
        "minutes": float("inf"),
        "learning_rate": 1e-3,
        "batch": 8,
        "frozen_layers": 1,
        "max_tokens": 32,
        "checkpoint_minutes": 60.0,
        "threads": 1,
        "seed": 7,
    }
    return Namespace(**(values | changed))


def test_training_learns_and_leaves_the_lowest_layers_alone(backbone: Path, pairs: Path) -> None:
    nli.train(arguments(backbone, pairs))
    before = MPNetForSequenceClassification.from_pretrained(backbone).state_dict()
    after = MPNetForSequenceClassification.from_pretrained(backbone.with_name("stage")).state_dict()
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    assert not [name for name in changed if "embeddings" in name or "layer.0" in name]
    assert [name for name in changed if "layer.1" in name]


def test_an_interrupted_run_ends_where_an_unbroken_one_does(
    backbone: Path, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken = backbone.with_name("unbroken")
    nli.train(arguments(backbone, pairs, out=unbroken))

    class PowerCut(Exception):
        pass

    save = nli.save

    def save_and_stop(*inputs: object) -> None:
        save(*inputs)
        raise PowerCut

    broken = backbone.with_name("broken")
    monkeypatch.setattr(nli, "save", save_and_stop)
    with pytest.raises(PowerCut):
        nli.train(arguments(backbone, pairs, out=broken, checkpoint_minutes=0.0))
    monkeypatch.setattr(nli, "save", save)
    nli.train(arguments(backbone, pairs, out=broken, resume=True))
    one, two = (
        MPNetForSequenceClassification.from_pretrained(path).state_dict() for path in (unbroken, broken)
    )
    for name, weights in one.items():
        torch.testing.assert_close(weights, two[name])


def test_an_average_lies_between_its_checkpoints(backbone: Path, pairs: Path) -> None:
    other = backbone.with_name("other")
    nli.train(arguments(backbone, pairs, out=other))
    average.average([backbone, other], [1, 3], backbone.with_name("mean"))
    one, two, mean = (
        MPNetForSequenceClassification.from_pretrained(path, num_labels=3).state_dict()
        for path in (backbone, other, backbone.with_name("mean"))
    )
    name = "mpnet.encoder.layer.1.output.dense.weight"
    assert not torch.equal(one[name], two[name])
    assert torch.allclose(mean[name], (one[name] + 3 * two[name]) / 4)


def test_the_loss_asks_of_a_consistent_pair_only_that_it_is_no_contradiction() -> None:
    allowed = torch.tensor([nli.allows(Pair("a", "b", "consistent", "made"))])
    entailed, neutral, conflict = (
        nli.loss(torch.tensor([row]), allowed).item() for row in ([9.0, 0, 0], [0, 9.0, 0], [0, 0, 9.0])
    )
    assert entailed == pytest.approx(neutral)
    assert conflict > neutral + 5


def test_the_exported_folder_gives_the_checkpoint_s_probabilities(backbone: Path, pairs: Path) -> None:
    module = export.Logits(backbone).eval()
    out = backbone.with_name("shipped")
    rows = list(read(pairs))[:4]
    export.export(module, backbone, out, rows)
    shipped = Nli(str(out), 1)([row.premise for row in rows], [row.hypothesis for row in rows])
    np.testing.assert_allclose(shipped, export.probabilities(module, backbone, rows), atol=0.02)
    sums = json.loads((out / "checksums.json").read_text())
    assert set(sums) == {path.name for path in out.iterdir()} - {"checksums.json"}


@pytest.mark.parametrize("smoothed", [True, False])
def test_a_shipped_folder_becomes_the_checkpoint_it_was_made_from(
    backbone: Path, pairs: Path, smoothed: bool
) -> None:
    shipped, back = backbone.with_name("shipped"), backbone.with_name("back")
    export.export(export.Logits(backbone).eval(), backbone, shipped, list(read(pairs))[:4] * smoothed)
    unpack(shipped, back)
    one, two = (
        MPNetForSequenceClassification.from_pretrained(path).state_dict() for path in (backbone, back)
    )
    for name, weights in one.items():
        if weights.is_floating_point():
            torch.testing.assert_close(two[name], weights, rtol=0, atol=0.02 * float(weights.abs().max()))


def test_smoothing_takes_the_outliers_out_of_a_product() -> None:
    rng = np.random.default_rng(3)
    rows, weights = rng.normal(size=(64, 32)).astype(np.float32), rng.normal(size=(32, 8)).astype(np.float32)
    rows[:, 5] *= 200
    weights[5] /= 200
    plan = smoothing._best([rows], weights)
    assert plan.factor[5] > 10 * np.median(plan.factor)
    raw = smoothing._rounded(rows, rows.min(), rows.max()) @ smoothing._rounded_columns(weights)
    assert plan.error < np.linalg.norm(raw - rows @ weights) / np.linalg.norm(rows @ weights) / 10


def test_what_a_pair_scores_does_not_depend_on_the_pairs_read_with_it(backbone: Path, pairs: Path) -> None:
    rows = list(read(pairs))
    out = backbone.with_name("shipped")
    export.export(export.Logits(backbone).eval(), backbone, out, rows[:4])
    graph = onnx.load(out / "model.onnx", load_external_data=False).graph
    operators = {node.op_type for node in graph.node}
    assert "QuantizeLinear" in operators
    assert "DynamicQuantizeLinear" not in operators
    model = Nli(str(out), 1)
    together = model([row.premise for row in rows], [row.hypothesis for row in rows])
    alone = np.concatenate([model([row.premise], [row.hypothesis]) for row in rows])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_weights_are_cut_into_parts(backbone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.packing.PART_BYTES", 70_000)
    out = backbone.with_name("shipped")
    export.export(export.Logits(backbone).eval(), backbone, out, [])
    parts = list(out.glob("*.bin"))
    assert len(parts) > 1
    assert max(part.stat().st_size for part in parts) <= 70_000
    assert Nli(str(out), 1)(["we will"], ["we will not"]).shape == (1, len(CLASSES))


def scored(conflicts_first: bool) -> calibrate.Scored:
    """Two hundred pairs of twenty officials; the model is right about half of them with certainty."""
    rng = np.random.default_rng(1)
    conflict = np.arange(200) % 2 == 0
    logits = rng.normal(size=(2, 200, 3))
    logits[:, :, 2] += np.where(conflict, 4, -4) * (1 if conflicts_first else -1)
    return calibrate.Scored(
        [Said("a", "b", "contradiction" if value else "consistent") for value in conflict],
        logits,
        rng.uniform(0.3, 0.9, 200),
        np.array(["people", "people", "people", "strangers"] * 50),
        np.array([f"official-{i // 10}" for i in range(200)]),
    )


def test_calibration_finds_what_a_good_model_knows(tmp_path: Path) -> None:
    made = calibrate.calibrate(scored(conflicts_first=True)) | {"version": "test"}
    (tmp_path / "calibration.json").write_text(json.dumps(made))
    loaded = Calibration.load(str(tmp_path))
    assert tuple(made["features"]) == FEATURES
    assert made["weights"][0] > 0
    assert 0 < loaded.shift <= loaded.contradiction < 1
    table = scored(conflicts_first=True).features(loaded.temperature)
    shown = loaded.probability(table) >= loaded.shift
    assert (shown == scored(conflicts_first=True).conflict).mean() > 0.9


def test_no_threshold_is_promised_when_precision_is_out_of_reach() -> None:
    assert calibrate.precise(np.array([0.9, 0.8, 0.7]), np.array([False, False, True]), 0.9) == 1.0
    assert calibrate.precise(np.array([0.9, 0.8, 0.7]), np.array([True, True, False]), 0.9) == 0.8


def test_at_most_the_allowed_share_of_strangers_is_shown() -> None:
    probability = np.array([0.9, 0.7, 0.5, 0.3])
    assert calibrate.quiet(probability, 0.25) == pytest.approx(0.7001)
    assert (probability >= calibrate.quiet(probability, 0.5)).sum() == 2


def test_sources_of_any_size_count_the_same() -> None:
    weights = calibrate.balanced(np.array(["a", "a", "a", "b"]))
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights.mean() == pytest.approx(1)


def test_recall_is_read_where_precision_still_holds() -> None:
    figures = ranking(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]))
    assert figures["recall_at_p0.90"] == pytest.approx(2 / 3)
    assert figures["base_rate"] == 0.75


@pytest.fixture
def small_backbone(backbone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sentence encoder's backbone with the words of the other one."""
    monkeypatch.setattr(first_pass, "LAYERS", (0,))
    monkeypatch.setattr(packing, "TABLE_BYTES", 500)
    monkeypatch.setattr(packing, "INLINE_BYTES", 64)
    folder = backbone.with_name("small")
    AutoTokenizer.from_pretrained(backbone).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    model = BertModel(config)
    for weights in model.parameters():
        torch.nn.init.normal_(weights, weights.mean().item(), 0.02)
    model.save_pretrained(folder)
    return folder


def test_the_first_pass_learns_what_the_strong_model_says_and_shares_its_words(
    small_backbone: Path, pairs: Path
) -> None:
    said = {"contradiction": [0.02, 0.02, 0.96]}
    rows = [asdict(pair) | {"probabilities": said.get(pair.label, [0.5, 0.48, 0.02])} for pair in read(pairs)]
    scores = small_backbone.with_name("made.scores.jsonl")
    scores.write_text("".join(json.dumps(row) + "\n" for row in rows))
    student, shipped = small_backbone.with_name("student"), small_backbone.with_name("encoder")
    settings = {"minutes": float("inf"), "epochs": 300, "learning_rate": 5e-3, "threads": 1, "seed": 7}
    first_pass.distil(Namespace(backbone=small_backbone, scores=[scores], out=student, **settings))
    embedder.export(small_backbone, student, list(read(pairs))[:4], shipped)

    quick = Transformer(str(shipped), 1, graph=QUICK_GRAPH)
    build, close = quick(["we will build roads"] * 2, ["we will not build roads", "we will build roads now"])
    assert build[0] > 1 > -1 > close[0]
    assert Transformer(str(shipped), 1)(["we will build roads"]).shape == (1, 32)
    graphs = [
        onnx.load(shipped / name, load_external_data=False).graph for name in ("model.onnx", QUICK_GRAPH)
    ]
    places = [
        {(entry.key, entry.value) for entry in tensor.external_data}
        for graph in graphs
        for tensor in graph.initializer
        if tensor.name.endswith("word_embeddings.weight_int8")
    ]
    assert len(places) == 2
    assert places[0] == places[1]
