"""Demonstrations in other packages: `datasets` loads them, TRL's SFTTrainer trains on them. `make test-adapters`."""

import pytest

from r1ci_env.demonstrations.dataset import make, only_right
from r1ci_env.demonstrations.making import Settings

datasets = pytest.importorskip("datasets", reason="run make test-adapters: it needs an environment of its own")
trl = pytest.importorskip("trl", reason="run make test-adapters: it needs an environment of its own")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "data.jsonl"
    make(Settings(("ChainSum", "LCM", "SpellBackward"), 8, (1,), bare=True, rules={"prompt": "bare"}), path, workers=1)
    return path


def test_datasets_loads_them(data):
    loaded = datasets.load_dataset("json", data_files=str(data), split="train")
    assert len(loaded) == 24
    assert set(loaded.column_names) == {"problem", "format", "messages", "train", "outcomes", "reward"}
    assert loaded[0]["messages"][0]["role"] == "user"


def test_trl_trains_on_them(data, tmp_path):
    import json

    from r1ci_env.reference_trainer.policy import Policy
    from r1ci_env.reference_trainer.presets import make_config
    from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer

    config = make_config("cpu-tiny", 0, {"tiny.hidden_size": 32, "tiny.layers": 2})
    tokenizer = make_tokenizer(config.tasks, config.levels)
    Policy(make_model(tokenizer, config), tokenizer).save(tmp_path / "model")
    records = [json.loads(line) for line in data.read_text().splitlines()]
    right = datasets.Dataset.from_list([{"messages": record["messages"]} for record in only_right(records)])
    args = trl.SFTConfig(
        str(tmp_path / "out"), max_steps=3, per_device_train_batch_size=4, report_to=[], use_cpu=True, logging_steps=1
    )
    trainer = trl.SFTTrainer(str(tmp_path / "model"), args=args, train_dataset=right)
    result = trainer.train()
    assert result.global_step == 3
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == 3 and all(loss > 0 for loss in losses)
