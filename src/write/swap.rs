//! The step that publishes a staged build. Where the system can, the two folders change places at once, so that every
//! reader finds a whole site at every moment. Elsewhere there are two renames, and the way back when the second one
//! fails; between them the published folder is missing for a moment, and `recover` puts the old one back if we are
//! stopped just then (F09).

use std::io;

use super::disk::{Disk, rename_patiently};
use super::guard::Places;
use super::{Failure, Request, message};

/// Where the old site is, once the new one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// There was none.
    Nothing,
    /// In `places.kept`.
    Kept,
    /// In `places.staging`.
    Staging,
}

/// Puts the staging folder in the place of the output.
pub(super) fn publish(disk: &dyn Disk, places: &Places, request: &Request) -> Result<Left, Failure> {
    let failed = |error: io::Error| Failure::disk(message::disk(request.out_shown, &error));
    let exists = places.output.try_exists().map_err(failed)?;
    if exists {
        if disk.exchange(&places.staging, &places.output).map_err(failed)? {
            return Ok(Left::Staging);
        }
        rename_patiently(disk, &places.output, &places.kept).map_err(failed)?;
    }
    let Err(error) = rename_patiently(disk, &places.staging, &places.output) else {
        return Ok(if exists { Left::Kept } else { Left::Nothing });
    };
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
