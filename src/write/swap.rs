//! The two renames that publish a staged build, and the way back when the second one fails. Between them the
//! published folder is missing for a moment; `recover` puts the old one back if we are stopped just then (F09).

use std::io;

use super::disk::{Disk, rename_patiently};
use super::guard::Places;
use super::{Failure, Request, message};

/// Puts the staging folder in the place of the output; the old output, if any, stays in `places.kept`.
pub(super) fn publish(disk: &dyn Disk, places: &Places, request: &Request) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::disk(message::disk(request.out_shown, &error));
    let exists = places.output.try_exists().map_err(failed)?;
    if exists {
        rename_patiently(disk, &places.output, &places.kept).map_err(failed)?;
    }
    let Err(error) = rename_patiently(disk, &places.staging, &places.output) else { return Ok(()) };
    if !exists {
        return Err(failed(error));
    }
    match rename_patiently(disk, &places.kept, &places.output) {
        Ok(()) => Err(failed(error)),
        Err(error) => {
            let kept = request.beside(&places.kept);
            Err(Failure::disk(message::stranded(request.out_shown, &kept, &error)))
        }
    }
}

/// Makes the renames last through a power failure.
pub(super) fn settle(disk: &dyn Disk, places: &Places) -> io::Result<()> {
    places.output.parent().map_or(Ok(()), |folder| disk.sync_folder(folder))
}
