"""The rival of `cargo xtask bench train`: the usual way to train the same thing, PyTorch with transformers and PEFT.

    python train.py --model FILE.gguf [--tokens 1024] [--rank 16] [--threads 1] [--seconds 20]

It trains the same model in the same shape as the example `speed` of idiolect-lora: sequences of 512 tokens, adapters
on all seven projections, AdamW, everything in 32 bits; and prints one JSON object with the same field names.
"""

import argparse
import json
import pathlib
import resource
import sys
import time

import torch

# The stand-ins for the graphics libraries (cuda_stubs.py) cannot answer this question of AdamW's.
torch.cuda.is_current_stream_capturing = lambda: False

from peft import LoraConfig, get_peft_model  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402

SEQUENCE = 512
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def main():
    options = parse()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    file = options.model.resolve()
    base = AutoModelForCausalLM.from_pretrained(str(file.parent), gguf_file=file.name, dtype=torch.float32)
    config = LoraConfig(r=options.rank, lora_alpha=2 * options.rank, lora_dropout=0.0, target_modules=PROJECTIONS)
    model = get_peft_model(base, config).train()
    learned = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=5e-4)

    # Tokens of no meaning, since time does not depend on it; one more than is run, as the last is only predicted.
    rows = options.tokens // SEQUENCE
    ids = torch.arange(rows * (SEQUENCE + 1)).mul(7919).remainder(base.config.vocab_size).view(rows, SEQUENCE + 1)

    def step():
        logits = model(input_ids=ids[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        optimiser.zero_grad()

    # Unpacking the file is not training: its peak does not count.
    forget_peak()
    step()
    wall, cpu, tokens, steps = time.perf_counter(), time.process_time(), 0, 0
    while steps < 2 or time.perf_counter() - wall < options.seconds:
        step()
        tokens += rows * SEQUENCE
        steps += 1
    report = {
        "tokens": tokens,
        "tokens_per_cpu_second": tokens / (time.process_time() - cpu),
        "tokens_per_second": tokens / (time.perf_counter() - wall),
        "peak_bytes": peak_bytes(),
    }
    print(json.dumps({"torch": torch.__version__, "threads": options.threads, "train": report}))


def forget_peak():
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def peak_bytes():
    try:
        status = pathlib.Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        # In bytes on macOS, in kilobytes elsewhere.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--tokens", type=int, default=1024)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    return parser.parse_args()


main()
