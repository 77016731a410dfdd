//! What is written can be read, by this engine and by PEFT, and a checkpoint is as good as never stopping.

use std::path::Path;

use idiolect_lora::{AdamParams, Adapter, CONFIG_FILE, Error, LoraConfig, TENSORS_FILE, TRAINING_FILE, Trainer};
use serde_json::{Value, json};

use crate::gradient::random_adapter;
use crate::tiny::{Kind, Tiny, datum};

const CONFIG: LoraConfig = LoraConfig { rank: 4, alpha: 8.0, seed: 9 };

fn train(trainer: &mut Trainer, steps: std::ops::Range<u64>) {
    let adam = AdamParams { learning_rate: 3e-3, weight_decay: 0.01, ..AdamParams::default() };
    for step in steps {
        trainer.forward_backward(&[datum(step, 60, 5), datum(step + 50, 40, 5)], &|| false).expect("finite");
        trainer.optim_step(&adam).expect("finite");
    }
}

#[test]
fn four_steps_equal_two_a_save_a_load_and_two_to_the_bit() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let model = Tiny { matrices: Kind::Q4_1, ..Tiny::default() }.open();
    let mut straight = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
    train(&mut straight, 0..4);
    let mut first = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
    train(&mut first, 0..2);
    first.save(dir.path()).expect("writable");
    let mut second = Trainer::load(model.clone(), dir.path()).expect("just written");
    assert_eq!(second.steps(), 2);
    train(&mut second, 2..4);
    assert!(straight.adapter() == second.adapter());
    // Moments too: the files of both are the same bytes.
    let other = tempfile::tempdir().expect("a temporary folder");
    straight.save(other.path()).expect("writable");
    second.save(dir.path()).expect("writable, also over an older one");
    let bytes = |dir: &Path| std::fs::read(dir.join(TRAINING_FILE)).expect("written");
    assert!(bytes(dir.path()) == bytes(other.path()));
}

/// A process killed while it writes leaves a partial file beside the checkpoint, never in its place.
#[test]
fn leftovers_of_a_killed_save_do_no_harm() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let model = Tiny::default().open();
    let trainer = Trainer::new(model.clone(), &CONFIG).expect("a sound rank");
    trainer.save(dir.path()).expect("writable");
    std::fs::write(dir.path().join(format!(".{TRAINING_FILE}.partial")), b"half").expect("writable");
    let loaded = Trainer::load(model.clone(), dir.path()).expect("the old one is whole");
    assert!(loaded.adapter() == trainer.adapter());
    trainer.save(dir.path()).expect("overwrites the leftover");
    let left: Vec<_> = std::fs::read_dir(dir.path()).expect("it is there").collect();
    assert_eq!(left.len(), 3);
}

#[test]
fn damaged_checkpoints_are_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let model = Tiny::default().open();
    assert!(matches!(Trainer::load(model.clone(), dir.path()), Err(Error::Io { .. })));
    Trainer::new(model.clone(), &CONFIG).expect("a sound rank").save(dir.path()).expect("writable");
    let path = dir.path().join(TRAINING_FILE);
    let whole = std::fs::read(&path).expect("written");
    for length in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).expect("writable");
        assert!(matches!(Trainer::load(model.clone(), dir.path()), Err(Error::BadAdapter { .. })), "{length}");
    }
    for at in 0..400 {
        let mut changed = whole.clone();
        changed[at] ^= 0x15;
        std::fs::write(&path, &changed).expect("writable");
        // It may still be sound, as when a letter of the name changes; it must not panic.
        let _ = Trainer::load(model.clone(), dir.path());
    }
    std::fs::write(&path, &whole).expect("writable");
    let other = Tiny { heads: 2, ..Tiny::default() }.open();
    assert!(matches!(Trainer::load(other, dir.path()), Err(Error::BadAdapter { .. })));
}

#[test]
fn peft_round_trip_keeps_every_bit_and_writes_pefts_keys() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let model = Tiny::default().open();
    let adapter = random_adapter(&model);
    adapter.save_peft(dir.path(), "tiny/model").expect("writable");
    assert!(Adapter::load_peft(dir.path(), &model).expect("just written") == adapter);

    let config: Value =
        serde_json::from_slice(&std::fs::read(dir.path().join(CONFIG_FILE)).expect("written")).expect("JSON");
    let expected = json!({
        "base_model_name_or_path": "tiny/model", "bias": "none", "fan_in_fan_out": false, "inference_mode": true,
        "init_lora_weights": true, "lora_alpha": 6.0, "lora_dropout": 0.0, "modules_to_save": null,
        "peft_type": "LORA", "r": 3, "task_type": "CAUSAL_LM", "use_rslora": false,
        "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    });
    assert_eq!(config, expected);

    let bytes = std::fs::read(dir.path().join(TENSORS_FILE)).expect("written");
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("sound");
    assert_eq!(file.len(), 2 * 7 * 2);
    let q = file.tensor("base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight").expect("PEFT's name");
    assert_eq!(q.shape(), [64, 3]);
    let down = file.tensor("base_model.model.model.layers.0.mlp.down_proj.lora_A.weight").expect("PEFT's name");
    assert_eq!(down.shape(), [3, 96]);
}

#[test]
fn adapters_that_do_not_fit_are_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let model = Tiny::default().open();
    let adapter = random_adapter(&model);
    let refusal = |change: &dyn Fn(&mut Value)| {
        adapter.save_peft(dir.path(), "tiny").expect("writable");
        let path = dir.path().join(CONFIG_FILE);
        let mut config: Value = serde_json::from_slice(&std::fs::read(&path).expect("written")).expect("JSON");
        change(&mut config);
        std::fs::write(&path, config.to_string()).expect("writable");
        Adapter::load_peft(dir.path(), &model).expect_err("it does not fit").to_string()
    };
    let ends = |text: String, end: &str| assert!(text.ends_with(end), "{text}");
    ends(refusal(&|c| c["peft_type"] = "IA3".into()), "it is not a LoRA adapter.");
    ends(refusal(&|c| c["use_dora"] = true.into()), "it is a DoRA adapter.");
    ends(refusal(&|c| c["use_rslora"] = true.into()), "it uses rank-stabilised scaling.");
    ends(refusal(&|c| c["rank_pattern"] = json!({"q_proj": 8})), "its rank differs between modules.");
    ends(refusal(&|c| c["modules_to_save"] = json!(["lm_head"])), "it replaces whole modules.");
    ends(refusal(&|c| c["r"] = 2.into()), "has the shape [3, 64], not [2, 64].");
    ends(refusal(&|c| c["r"] = 0.into()), "rank 0 is not between 1 and 1,024.");
    ends(refusal(&|c| c["r"] = 4_000_000_000u64.into()), "rank 4000000000 is not between 1 and 1,024.");

    adapter.save_peft(dir.path(), "tiny").expect("writable");
    let path = dir.path().join(TENSORS_FILE);
    let bytes = std::fs::read(&path).expect("written");
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("sound");
    let rewrite = |tensors: Vec<(String, safetensors::tensor::TensorView)>| {
        std::fs::write(&path, safetensors::serialize(tensors, None).expect("sound")).expect("writable");
        Adapter::load_peft(dir.path(), &model).expect_err("it does not fit").to_string()
    };
    let mut more = file.tensors();
    more.push(("base_model.model.lm_head.lora_A.weight".into(), more[0].1.clone()));
    let text = rewrite(more);
    assert!(text.contains("\"base_model.model.lm_head.lora_A.weight\" that this engine does not know"), "{text}");
    let text = rewrite(file.tensors().into_iter().skip(1).collect());
    assert!(text.contains("it has no base_model.model.model.layers."), "{text}");
}
