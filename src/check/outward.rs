//! Where the site leads out: every address of another site that shown pages name, and where it stands.

use std::collections::BTreeMap;

use super::links;
use crate::edition::Edition;
use crate::model::page::Destination;
use crate::report::Place;

/// The addresses of other sites that shown pages name, each with the places it stands at, in order. The site's own
/// address is left out: what stands below it may not be published yet, and links inside are checked without it.
pub fn addresses(edition: &Edition) -> BTreeMap<String, Vec<Place>> {
    let own = edition.config().base_url.absolute("");
    let mut found: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for page in edition.pages() {
        let body = page.body.links().iter().zip(page.links()).filter_map(|(link, destination)| match destination {
            Destination::External(url) => Some((url.as_str(), link.place.clone())),
            _ => None,
        });
        for (url, place) in body.chain(links::urls(page)) {
            if !format!("{url}/").starts_with(&own) {
                found.entry(url.to_string()).or_default().push(place);
            }
        }
    }
    found.values_mut().for_each(|places| places.sort());
    found
}
