//! Going through the examples: making them, filters of every sort, a decision, the summary.

use crate::at;
use idiolect_core::Core;
use idiolect_core::dataset::{self, ExampleQuery, ExampleStatus, FlagCode, Kind, PresetName};
use serde_json::{Value, json};
use std::error::Error;
use std::time::Instant;

/// How often each question is asked.
const TIMES: usize = 25;

/// Times in milliseconds, the making in seconds.
pub fn measure(core: &Core) -> Result<Value, Box<dyn Error>> {
    let start = Instant::now();
    dataset::choose(core, &PresetName::voice())?;
    let build_s = start.elapsed().as_secs_f64();
    let whole = ExampleQuery::default;
    let total = dataset::list(core, &whole())?.total;
    let queries = [
        ("kind", ExampleQuery { kind: Some(Kind::Question), ..whole() }),
        ("status", ExampleQuery { status: Some(ExampleStatus::Flagged), ..whole() }),
        ("check", ExampleQuery { flag: Some(FlagCode::NearDuplicate), ..whole() }),
        ("search", ExampleQuery { search: Some("bu da".into()), ..whole() }),
        ("last_page", ExampleQuery { cursor: Some((total.saturating_sub(100)).to_string()), ..whole() }),
    ];
    let mut report = json!({"examples": total, "build_s": build_s});
    for (name, query) in queries {
        let times = timed(|| dataset::list(core, &query).map(drop))?;
        report[format!("{name}_p95_ms")] = json!(times);
    }
    report["summary_p95_ms"] = json!(timed(|| dataset::summary(core).map(drop))?);
    let first = dataset::list(core, &whole())?.items[0].id;
    report["decision_p95_ms"] = json!(timed(|| dataset::set_status(core, &[first], ExampleStatus::Dropped).map(drop))?);
    Ok(report)
}

fn timed(mut ask: impl FnMut() -> idiolect_core::Result<()>) -> Result<f64, Box<dyn Error>> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = Instant::now();
        ask()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(at(&mut times, 0.95))
}
