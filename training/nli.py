"""Fine-tune a cross-encoder on labelled pairs: one stage, from any checkpoint, resumable.

    python -m training.nli --init BACKBONE --pairs DATA/nli.jsonl --out checkpoints/stage-1
    python -m training.nli --init checkpoints/stage-1 --pairs DATA/political.jsonl --out checkpoints/stage-2

Embeddings and the lowest layers are frozen, which saves a third of the time and forgets less. The learning
rate rises linearly over `WARMUP` steps and falls linearly over the rest; with ``--minutes`` it falls with the
clock where that is further along, so that a slow machine ends in time with a finished schedule. Every few
minutes model, optimiser, position and random state are written; ``--resume`` goes on from there.
"""

import argparse
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from training.pairs import CLASSES, Pair, read

WARMUP = 60
"""Steps of rising learning rate."""

HEAD_FACTOR = 10
"""The new classification head learns so many times faster than the pretrained layers."""

SMOOTHING = 0.05
LOG_EVERY = 20


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--init", type=Path, required=True, help="backbone or the checkpoint of an earlier stage"
    )
    parser.add_argument("--pairs", type=Path, required=True, help="file written by training.data")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint folder")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end by then, schedule finished")
    parser.add_argument("--learning-rate", type=float, default=4e-5)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--frozen-layers", type=int, default=4)
    parser.add_argument("--max-tokens", type=int, default=96)
    parser.add_argument("--checkpoint-minutes", type=float, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    train(parser.parse_args())


def train(arguments: argparse.Namespace) -> None:
    """Run one stage to its end and leave its checkpoint in ``arguments.out``."""
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    start = arguments.out if arguments.resume else arguments.init
    tokenizer = AutoTokenizer.from_pretrained(start)
    model = AutoModelForSequenceClassification.from_pretrained(
        start,
        num_labels=3,
        id2label=dict(enumerate(CLASSES)),
        label2id={name: i for i, name in enumerate(CLASSES)},
    ).to(device)
    freeze(model, arguments.frozen_layers)
    optimizer = torch.optim.AdamW(groups(model, arguments.learning_rate), weight_decay=0.01, fused=True)
    batches = bucketed(list(read(arguments.pairs)), arguments.batch, random.Random(arguments.seed))
    step, spent = 0, 0.0
    if arguments.resume:
        state = torch.load(arguments.out / "training.pt", weights_only=True)
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        step, spent = state["step"], state["spent"]

    model.train()
    began = saved = logged = time.monotonic()
    losses: list[float] = []
    hits = seen = 0
    while step < len(batches):
        elapsed = spent + time.monotonic() - began
        progress = max(step / len(batches), elapsed / (60 * arguments.minutes))
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * min((step + 1) / WARMUP, 1) * (1 - progress)
        batch = batches[step]
        inputs = tokenizer(
            [pair.premise for pair in batch],
            [pair.hypothesis for pair in batch],
            padding=True,
            truncation="longest_first",
            max_length=arguments.max_tokens,
            return_tensors="pt",
        ).to(device)
        allowed = torch.tensor([allows(pair) for pair in batch], device=device)
        with torch.autocast(device, torch.bfloat16, enabled=has_bfloat16(device)):
            logits = model(**inputs).logits
        value = loss(logits.float(), allowed)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        losses.append(value.item())
        hits += int(allowed.gather(1, logits.argmax(1, keepdim=True)).sum())
        seen += len(batch)
        if step % LOG_EVERY == 0:
            speed = seen / (time.monotonic() - logged)
            print(
                f"step {step}/{len(batches)} progress {progress:.2f} loss {sum(losses) / len(losses):.3f} "
                f"right {hits / seen:.3f} {speed:.1f} pairs/s",
                flush=True,
            )
            logged = time.monotonic()
            losses, hits, seen = [], 0, 0
        if time.monotonic() - saved > 60 * arguments.checkpoint_minutes:
            save(arguments.out, model, tokenizer, optimizer, step, spent + time.monotonic() - began)
            saved = time.monotonic()
    save(arguments.out, model, tokenizer, optimizer, step, spent + time.monotonic() - began)
    print(f"done: {step} steps, {(spent + time.monotonic() - began) / 60:.1f} minutes", flush=True)


def has_bfloat16(device: str) -> bool:
    """Whether half precision is faster here: on a GPU, and on a processor that multiplies it itself."""
    return device == "cuda" or torch.cpu._is_avx512_bf16_supported()


def freeze(model: torch.nn.Module, layers: int) -> None:
    """Stop the embeddings and the lowest layers from learning."""
    base = model.base_model
    for module in (base.embeddings, *base.encoder.layer[:layers]):
        module.requires_grad_(False)


def groups(model: torch.nn.Module, rate: float) -> list[dict[str, object]]:
    """Parameter groups for the body and the faster head, each with its peak learning rate."""
    learning = [(name, weights) for name, weights in model.named_parameters() if weights.requires_grad]
    return [
        {"params": [w for name, w in learning if not name.startswith("classifier")], "peak": rate},
        {"params": [w for name, w in learning if name.startswith("classifier")], "peak": HEAD_FACTOR * rate},
    ]


def bucketed(pairs: Sequence[Pair], size: int, rng: random.Random) -> list[list[Pair]]:
    """Batches of similar length in random order: little padding, and a mixture all along."""
    batches: list[list[Pair]] = []
    for at in range(0, len(pairs), size * 32):
        chunk = sorted(pairs[at : at + size * 32], key=lambda pair: pair.length)
        part = [chunk[i : i + size] for i in range(0, len(chunk), size)]
        rng.shuffle(part)
        batches += part
    return batches


def allows(pair: Pair) -> list[bool]:
    """Which classes would be right, in the order of `CLASSES`."""
    if pair.label == "consistent":
        return [True, True, False]
    return [name == pair.label for name in CLASSES]


def loss(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Mean negative log-probability of the allowed classes together, with label smoothing.

    Args:
        logits: [n, 3].
        allowed: bool [n, 3], at least one true in each row.
    """
    log_p = logits.log_softmax(1)
    right = log_p.masked_fill(~allowed, -torch.inf).logsumexp(1)
    return -((1 - SMOOTHING) * right + SMOOTHING * log_p.mean(1)).mean()


def save(
    folder: Path,
    model: torch.nn.Module,
    tokenizer: object,
    optimizer: torch.optim.Optimizer,
    step: int,
    spent: float,
) -> None:
    """Write the checkpoint beside its place, then swap: a crash leaves the old one or the new one."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    model.save_pretrained(fresh)
    tokenizer.save_pretrained(fresh)
    torch.save(
        {"optimizer": optimizer.state_dict(), "random": torch.get_rng_state(), "step": step, "spent": spent},
        fresh / "training.pt",
    )
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


if __name__ == "__main__":
    main()
