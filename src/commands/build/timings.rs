//! Where the time of a build went: by stage, and for the pages that took longest.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::model::OutPath;
use crate::report::{Lang, Stage, displayable};

/// Pages that are told.
const SLOWEST: usize = 10;

/// The times of one build.
pub struct Timings {
    last: Mutex<Instant>,
    stages: Mutex<Vec<(Stage, Duration)>>,
    pages: Mutex<Vec<(Duration, OutPath)>>,
}

impl Timings {
    /// Begins at `started`.
    pub fn from(started: Instant) -> Timings {
        Timings { last: Mutex::new(started), stages: Mutex::default(), pages: Mutex::default() }
    }

    /// A stage has passed; what came between it and the one before is counted to it.
    pub fn passed(&self, stage: Stage) {
        let now = Instant::now();
        let took = now - std::mem::replace(&mut *locked(&self.last), now);
        let mut stages = locked(&self.stages);
        match stages.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, sum)) => *sum += took,
            None => stages.push((stage, took)),
        }
    }

    /// One output was made.
    pub fn made(&self, out: &OutPath, took: Duration) {
        let mut pages = locked(&self.pages);
        if pages.len() < SLOWEST || pages.last().is_some_and(|(least, _)| took > *least) {
            pages.push((took, out.clone()));
            pages.sort_by(|a, b| b.cmp(a));
            pages.truncate(SLOWEST);
        }
    }

    /// The times for people, in milliseconds.
    pub fn text(&self, lang: Lang) -> String {
        let (total, slowest) = match lang {
            Lang::Zh => ("合计", "用时最长的"),
            Lang::En => ("together", "the slowest"),
        };
        let line = |took: &Duration, what: &str| format!("{:>10.1} ms  {what}\n", took.as_secs_f64() * 1000.0);
        let stages = locked(&self.stages);
        let mut text: String = stages.iter().map(|(stage, took)| line(took, stage.text().get(lang))).collect();
        text += &line(&stages.iter().map(|(_, took)| *took).sum(), total);
        let pages = locked(&self.pages);
        if !pages.is_empty() {
            text += &format!("{slowest}{}\n", if lang == Lang::Zh { "：" } else { ":" });
            text += &pages.iter().map(|(took, out)| line(took, &displayable(out.as_str()))).collect::<String>();
        }
        text
    }

    /// The times for programs.
    pub fn json(&self) -> Value {
        let ms = |took: &Duration| (took.as_secs_f64() * 1e6).round() / 1e3;
        let stages = locked(&self.stages);
        let stages: Vec<Value> =
            stages.iter().map(|(stage, took)| json!({ "stage": stage.word(), "ms": ms(took) })).collect();
        let pages = locked(&self.pages);
        let pages: Vec<Value> =
            pages.iter().map(|(took, out)| json!({ "path": out.as_str(), "ms": ms(took) })).collect();
        json!({ "stages": stages, "slowest": pages })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
