//! Findings that somebody has set aside: each waiver is listed in their place, in every run.

use std::collections::BTreeMap;

use crate::model::{Config, Waiver};
use crate::report::{Finding, SourcePath, Text, codes, displayable};
use crate::wording;

/// The findings without those that are waived, in the configuration or in one of `pages`, and a remark for each waiver
/// that was used.
pub fn waived<'p>(
    config: &Config,
    pages: impl Iterator<Item = (&'p SourcePath, &'p Vec<Waiver>)>,
    findings: Vec<Finding>,
) -> Vec<Finding> {
    let mut of_pages: BTreeMap<&SourcePath, Vec<&Waiver>> = BTreeMap::new();
    for (path, waivers) in pages.filter(|(_, waivers)| !waivers.is_empty()) {
        of_pages.entry(path).or_default().extend(waivers);
    }
    let everywhere: Vec<&Waiver> = config.waivers.iter().collect();
    if of_pages.is_empty() && everywhere.is_empty() {
        return findings;
    }
    let mut used: Vec<&Waiver> = Vec::new();
    let mut left = Vec::with_capacity(findings.len());
    for finding in findings {
        let own = of_pages.get(&finding.place.path).into_iter().flatten();
        let waiver = own.chain(&everywhere).find(|waiver| waiver.code == finding.code).copied();
        match waiver {
            Some(waiver) if used.iter().any(|known| std::ptr::eq(*known, waiver)) => {}
            Some(waiver) => used.push(waiver),
            None => left.push(finding),
        }
    }
    left.extend(used.into_iter().map(remark));
    left
}

fn remark(waiver: &Waiver) -> Finding {
    let Waiver { code, reason, name, place } = waiver;
    let (reason, name) = (displayable(reason), displayable(name));
    let text = Text::new(
        format!("已豁免 {}“{}”。理由：{reason}。豁免人：{name}。", code.id, code.zh),
        format!("{} ({}) is waived by {name}: {reason}.", code.id, code.en),
    );
    wording::masked(Finding::new(&codes::I177, place.clone(), text))
}
