//! The files of a build, made and written by all threads as they are planned; nothing is collected but what each file
//! is. The staging folder is opened when the first file turns out to be another than the published one, so a build
//! that changes nothing touches nothing.

use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;

use super::disk::Disk;
use super::manifest::{Entry, Manifest};
use super::staging::{Fault, Staging};
use super::tree::Tree;
use super::{Failure, Guarded, Request, Source, message};
use crate::model::OutPath;
use crate::report::Stage;
use crate::workers;

/// A build that is ready to be published.
pub(super) struct Filled {
    pub(super) manifest: Manifest,
    /// The stamps of the staging folder; none where nothing had to be staged.
    pub(super) staged: Option<Option<Tree>>,
}

/// What became of one file.
enum Put {
    /// The published folder has it.
    Stands(Entry),
    /// It was written.
    Wrote(Entry),
    /// The disk is full; only its bytes were counted.
    Counted,
}

struct Fill<'a> {
    disk: &'a dyn Disk,
    guarded: &'a Guarded,
    request: &'a Request<'a>,
    stage: OnceLock<Result<Staging<'a>, Failure>>,
    opened: &'a AtomicBool,
    target: BTreeSet<&'a str>,
    /// The disk failed; nothing more is written.
    failed: AtomicBool,
    /// Why the disk takes no more; what is left is made to count its bytes.
    full: OnceLock<std::io::Error>,
    /// Bytes that found no room.
    homeless: AtomicU64,
}

/// Makes and stages every file of `waves`, each wave after the one before it; `opened` is set when the staging folder
/// is ours.
pub(super) fn fill(
    disk: &dyn Disk,
    guarded: &Guarded,
    request: &Request,
    waves: &[Vec<OutPath>],
    make: &(dyn Fn(&OutPath) -> Source + Sync),
    opened: &AtomicBool,
) -> Result<Filled, Failure> {
    let mut target = BTreeSet::new();
    if let Some(twice) = waves.iter().flatten().find(|path| !target.insert(path.as_str())) {
        return Err(Failure::refused(message::clash(twice.as_str())));
    }
    let (failed, full, homeless) = (AtomicBool::new(false), OnceLock::new(), AtomicU64::new(0));
    let fill = Fill { disk, guarded, request, stage: OnceLock::new(), opened, target, failed, full, homeless };
    let (mut listed, mut carried, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let (mut fault, mut without_room) = (None, None);
    let mut room = 0;
    for wave in waves {
        for (path, put) in wave.iter().zip(workers::each(wave, |path| fill.put(path, make))) {
            match put {
                Ok(Put::Stands(entry)) => {
                    listed.push((path.as_str().to_string(), entry));
                    carried.push((path, entry));
                }
                Ok(Put::Wrote(entry)) => {
                    listed.push((path.as_str().to_string(), entry));
                    room += entry.size;
                }
                Ok(Put::Counted) => without_room = without_room.or(Some(path)),
                Err(Fault::Refused(findings)) => refused.extend(findings),
                Err(Fault::Interrupted) => fault = fault.or(Some(Err(Failure::Interrupted))),
                Err(Fault::Disk(error)) => fault = fault.or(Some(Ok((path, error)))),
            }
        }
    }
    if request.interrupted.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    if let Some(Err(failure)) = fill.stage.get() {
        return Err(failure.clone());
    }
    let shown = |path: &OutPath| format!("{}/{path}", request.out_shown);
    match fault {
        Some(Err(failure)) => return Err(failure),
        Some(Ok((path, error))) => return Err(Failure::disk(message::disk(&shown(path), &error))),
        None => {}
    }
    // The first of them in order, whichever thread met it first.
    if let (Some(path), Some(error)) = (without_room, fill.full.get()) {
        let needed = room + fill.homeless.load(Ordering::Relaxed);
        return Err(Failure::disk(message::full(&shown(path), error, needed)));
    }
    if !refused.is_empty() {
        return Err(Failure::Refused(refused));
    }
    let manifest = Manifest::of(request.key, listed.into_iter());
    if fill.stage.get().is_none() && guarded.is_whole() && guarded.last.as_ref() == Some(&manifest) {
        (request.passed)(Stage::Make);
        return Ok(Filled { manifest, staged: None });
    }
    let stage = fill.stage().map_err(|_| fill.opening())?;
    let carry = |(path, entry): &(&OutPath, Entry)| match request.interrupted.load(Ordering::Relaxed) {
        true => Err(Failure::Interrupted),
        false => stage.carry(path, entry).map_err(|fault| match fault {
            Fault::Refused(findings) => Failure::Refused(findings),
            Fault::Interrupted => Failure::Interrupted,
            Fault::Disk(error) => Failure::disk(message::disk(&format!("{}/{path}", request.out_shown), &error)),
        }),
    };
    let carry_all = || carried.par_iter().map(carry).collect::<Result<(), Failure>>();
    let (carried, json) = rayon::join(carry_all, || manifest.to_json());
    carried?;
    (request.passed)(Stage::Make);
    let stage = fill.stage.into_inner().unwrap_or(Err(Failure::Interrupted))?;
    let staged = stage.close((&manifest, &json), guarded.tree.as_ref())?;
    (request.passed)(Stage::Sync);
    Ok(Filled { manifest, staged: Some(staged) })
}

impl<'a> Fill<'a> {
    fn put(&self, path: &OutPath, make: &(dyn Fn(&OutPath) -> Source + Sync)) -> Result<Put, Fault> {
        if self.request.interrupted.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed) {
            return Err(Fault::Interrupted);
        }
        let source = make(path);
        let put = match &source {
            Source::Refused(findings) => Err(Fault::Refused(findings.clone())),
            source if self.full.get().is_some() => Ok(self.count(source)),
            Source::Standing => self.standing(path),
            Source::Bytes(bytes) => self.bytes(path, bytes),
            Source::File(from) => self.stage().and_then(|stage| stage.copy(path, from)).map(Put::Wrote),
        };
        match put {
            Err(Fault::Disk(error)) if message::is_full(&error) => {
                let _ = self.full.set(error);
                Ok(self.count(&source))
            }
            Err(Fault::Disk(error)) => {
                self.failed.store(true, Ordering::Relaxed);
                Err(Fault::Disk(error))
            }
            put => put,
        }
    }

    fn count(&self, source: &Source) -> Put {
        let size = match source {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::File(path) => fs::metadata(path).map_or(0, |facts| facts.len()),
            Source::Standing | Source::Refused(_) => 0,
        };
        self.homeless.fetch_add(size, Ordering::Relaxed);
        Put::Counted
    }

    fn standing(&self, path: &OutPath) -> Result<Put, Fault> {
        match self.guarded.standing.get(path.as_str()) {
            Some(entry) => Ok(Put::Stands(*entry)),
            None => Err(Fault::Disk(std::io::ErrorKind::NotFound.into())),
        }
    }

    fn bytes(&self, path: &OutPath, bytes: &[u8]) -> Result<Put, Fault> {
        let entry = Entry::of(bytes);
        if self.guarded.standing.get(path.as_str()) == Some(&entry) {
            return Ok(Put::Stands(entry));
        }
        self.stage()?.write(path, bytes, &entry)?;
        Ok(Put::Wrote(entry))
    }

    fn stage(&self) -> Result<&Staging<'a>, Fault> {
        let guarded = self.guarded;
        let open = || {
            Staging::open(self.disk, &guarded.places, self.request, guarded.next(), &self.target)
                .inspect(|_| self.opened.store(true, Ordering::Relaxed))
        };
        // The reason is told once, at the end.
        self.stage.get_or_init(open).as_ref().map_err(|_| Fault::Interrupted)
    }

    fn opening(&self) -> Failure {
        match self.stage.get() {
            Some(Err(failure)) => failure.clone(),
            _ => Failure::Interrupted,
        }
    }
}
