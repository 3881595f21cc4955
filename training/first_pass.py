"""Distil the strong model into a few layers that read hundreds of pairs in the time of a dozen.

    python -m training.first_pass --backbone MINILM --scores checkpoints/data/*.scores.jsonl --out
    checkpoints/first-pass

The student is the sentence encoder's own backbone, cut to `LAYERS`: its word vectors are not trained, so
that both share one table in the folder that ships (`training.embedder --first-pass`). It learns what the
strong model says of a pair (`training.select`, `training.mine`), not the pair's label: all it has to do is
put in front what the strong model would call a conflict (Hinton et al., Distilling the Knowledge in a
Neural Network, 2015).
"""

import argparse
import random
import time
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from training.nli import WARMUP, bucketed, has_bfloat16
from training.pairs import CLASSES
from training.select import scored

LAYERS = (0, 1, 3, 5)
"""Of the backbone's six: a third less time than all, and the last one, which the encoder's pooling reads."""

BATCH = 32
LOG_EVERY = 50


def main() -> None:
    """Read the arguments, train, write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--backbone", type=Path, required=True, help="folder with model.safetensors")
    parser.add_argument("--scores", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True, help="checkpoint folder")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end by then, schedule finished")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    distil(parser.parse_args())


def student(backbone: Path) -> torch.nn.Module:
    """The backbone's chosen layers with a new head and frozen word vectors."""
    model = AutoModelForSequenceClassification.from_pretrained(
        backbone,
        num_labels=3,
        id2label=dict(enumerate(CLASSES)),
        label2id={c: i for i, c in enumerate(CLASSES)},
    )
    layers = model.base_model.encoder.layer
    model.base_model.encoder.layer = torch.nn.ModuleList(layers[i] for i in LAYERS)
    model.config.num_hidden_layers = len(LAYERS)
    model.base_model.embeddings.word_embeddings.requires_grad_(False)
    return model


def distil(arguments: argparse.Namespace) -> None:
    """Train on every scored pair, in random order, and write the student."""
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rng = random.Random(arguments.seed)
    teacher = dict(item for path in arguments.scores for item in scored(path))
    batches = []
    for _ in range(arguments.epochs):
        pairs = list(teacher)
        rng.shuffle(pairs)
        batches += bucketed(pairs, BATCH, rng)
    tokenizer = AutoTokenizer.from_pretrained(arguments.backbone)
    model = student(arguments.backbone).to(device).train()
    learning = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=arguments.learning_rate, weight_decay=0.01, fused=True)
    began = logged = time.monotonic()
    losses: list[float] = []
    for step, batch in enumerate(batches):
        progress = max(step / len(batches), (time.monotonic() - began) / (60 * arguments.minutes))
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = arguments.learning_rate * min((step + 1) / WARMUP, 1) * (1 - progress)
        inputs = tokenizer(
            [pair.premise for pair in batch],
            [pair.hypothesis for pair in batch],
            padding=True,
            truncation="longest_first",
            max_length=96,
            return_token_type_ids=False,  # the exported graph has two inputs, as the encoder's
            return_tensors="pt",
        ).to(device)
        wanted = torch.tensor([teacher[pair] for pair in batch], device=device)
        with torch.autocast(device, torch.bfloat16, enabled=has_bfloat16(device)):
            logits = model(**inputs).logits
        loss = -(wanted * logits.float().log_softmax(1)).sum(1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if (step + 1) % LOG_EVERY == 0:
            speed = LOG_EVERY * BATCH / (time.monotonic() - logged)
            print(
                f"step {step + 1}/{len(batches)} progress {progress:.2f} "
                f"loss {sum(losses) / len(losses):.3f} {speed:.0f} pairs/s",
                flush=True,
            )
            logged, losses = time.monotonic(), []
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)


if __name__ == "__main__":
    main()
