//! A page as it appears in lists: cards, campaign cards, posters, open-day briefs.

use std::cell::RefCell;
use std::sync::atomic::Ordering;

use super::view::{
    Body, CampaignCard, Card, Heading, OpenDayBrief, Picture, PictureSize, Poster, PosterFile, Session, Tag,
};
use super::{Press, words};
use crate::hash::hash;
use crate::load::fields::Kind;
use crate::load::walk;
use crate::markdown::{self, Link, Resolved, Within};
use crate::model::page::{self, Destination, OpenDay};
use crate::model::{OutPath, Own, Page, PageId, Region};
use crate::plan::{self, ListOf};
use crate::report::SourcePath;

/// Where a picture stands, how large it is there, and in which widths besides.
struct Offered<'a> {
    out: &'a OutPath,
    pixels: Option<(u32, u32)>,
    sizes: &'a [plan::Size],
}

impl Press {
    /// The pages of `ids` that are shown.
    pub(crate) fn shown<'s>(&'s self, ids: &'s [PageId]) -> impl Iterator<Item = &'s Page> {
        ids.iter().filter_map(|id| self.edition.page(id))
    }

    /// The cards of `ids`, at most `limit`.
    pub(crate) fn cards(&self, ids: &[PageId], limit: usize) -> Vec<Card> {
        self.shown(ids).take(limit).map(|page| self.card(page)).collect()
    }

    /// A page in a list.
    pub(crate) fn card(&self, page: &Page) -> Card {
        let open_day = match &page.own {
            Own::OpenDay(open_day) => Some(self.brief(open_day)),
            _ => None,
        };
        Card {
            kind: page.id.kind.word(),
            kind_text: page.id.kind.zh(),
            title: page.title.clone(),
            url: page.id.url(),
            summary: self.summary(page),
            date: page.published.map(|moment| words::date(moment.day)),
            note: self.note(page),
            region: plan::region(&self.edition, page).map(|region| self.region_tag(region)),
            campaigns: self.campaign_tags(page),
            labels: match &page.own {
                Own::Case(case) => case.labels.clone(),
                _ => Vec::new(),
            },
            picture: self.first_picture(page),
            open_day,
        }
    }

    /// The typed summary, else the beginning of the body, at most 120 characters.
    pub(crate) fn summary(&self, page: &Page) -> String {
        match &page.summary {
            Some(summary) => markdown::shortened(summary),
            None => page.body.summary().to_string(),
        }
    }

    fn note(&self, page: &Page) -> Option<String> {
        match &page.own {
            Own::Notice(notice) => notice.doc_no.clone(),
            Own::Case(case) => case.unit.clone(),
            Own::OpenDay(open_day) => self.edition.page(&open_day.institution).map(|page| page.title.clone()),
            Own::Institution(institution) => institution.address.clone(),
            _ => None,
        }
    }

    /// A region's name, and the address of its page.
    pub(crate) fn region_tag(&self, region: Region) -> Tag {
        Tag { title: region.name.to_string(), url: ListOf::Region(region).url(1), color: String::new() }
    }

    /// The campaigns a page belongs to, those that are shown.
    pub(crate) fn campaign_tags(&self, page: &Page) -> Vec<Tag> {
        self.shown(&page.campaigns).map(|page| self.tag(page)).collect()
    }

    /// The first picture that stands on a page, in its header or else in its body.
    pub(super) fn first_picture(&self, page: &Page) -> Option<Picture> {
        let header = page.pictures.iter().find_map(|picture| self.picture(picture));
        header.or_else(|| {
            page.body.links().iter().zip(page.links()).find_map(|(link, destination)| match destination {
                Destination::File(file) if link.is_image => self.picture_of(file, link.text.clone(), None),
                _ => None,
            })
        })
    }

    /// A picture of a header; none when the file is not offered.
    pub(crate) fn picture(&self, picture: &page::Picture) -> Option<Picture> {
        self.picture_of(&picture.file, picture.alt.clone(), picture.caption.clone())
    }

    fn picture_of(&self, file: &SourcePath, alt: String, caption: Option<String>) -> Option<Picture> {
        let Offered { out, pixels, sizes } = self.offered_picture(file)?;
        let sizes = sizes.iter().map(|size| PictureSize { url: self.url(&size.out), width: size.width }).collect();
        let (width, height) = pixels.unzip();
        Some(Picture { url: self.url(out), alt, caption, width, height, sizes })
    }

    /// A picture as it is offered; none when it is not.
    fn offered_picture(&self, file: &SourcePath) -> Option<Offered<'_>> {
        if let Some(sizes @ [.., widest]) = self.plan.photo(file) {
            return Some(Offered { out: &widest.out, pixels: Some((widest.width, widest.height)), sizes });
        }
        let found = self.edition.file(file);
        if self.edition.is_ahead() && found.is_some_and(plan::is_made_anew) {
            // Another page may offer it as it is.
            self.doubt.store(true, Ordering::Relaxed);
        }
        let pixels = found.and_then(|file| file.facts.pixels);
        Some(Offered { out: self.plan.file(file)?, pixels, sizes: &[] })
    }

    /// The pictures of a page's header.
    pub(crate) fn pictures(&self, page: &Page) -> Vec<Picture> {
        page.pictures.iter().filter_map(|picture| self.picture(picture)).collect()
    }

    /// The body as safe HTML, with links relative to the page itself.
    pub(crate) fn body(&self, page: &Page) -> Body {
        self.body_within(page, &page.id.out(), Within::default())
    }

    /// The same as it stands within the page `out`.
    pub(crate) fn body_within(&self, page: &Page, out: &OutPath, within: Within) -> Body {
        let resolved = |(link, destination): (&Link, &Destination)| match destination {
            // On a page of several bodies only the spots that there are have ids.
            Destination::Anchor(anchor) if !within.ids.is_empty() => match page.body.anchors().any(|id| id == anchor) {
                true => Resolved::Href { url: format!("#{}{anchor}", within.ids), external: false },
                false => Resolved::PlainText,
            },
            destination => self.resolve(out, link, Some(destination)),
        };
        let pairs = page.body.links().iter().zip(page.links());
        let addresses: Vec<(&Link, Resolved)> = pairs.map(|pair| (pair.0, resolved(pair))).collect();
        // The HTML follows from the body and the addresses of its links.
        let all: Vec<&Resolved> = addresses.iter().map(|(_, address)| address).collect();
        let key = hash(&(page.body.key, within.ids, within.deeper, all)).unwrap_or_default();
        // Links are asked for in order, so one pass finds the address of each.
        let left = RefCell::new(addresses.into_iter());
        let resolve = |link: &Link| {
            let found = left.borrow_mut().find(|(known, _)| std::ptr::eq(*known, link));
            found.map_or_else(|| self.resolve(out, link, None), |(_, address)| address)
        };
        let html = if self.named { String::new() } else { page.body.html_within(within, &resolve) };
        let outline = page.body.outline().iter();
        let outline = outline.map(|heading| Heading {
            level: heading.level,
            id: format!("{}{}", within.ids, heading.id),
            text: heading.text.clone(),
        });
        Body { html, outline: outline.collect(), key }
    }

    fn resolve(&self, from: &OutPath, link: &Link, destination: Option<&Destination>) -> Resolved {
        let inside = |url: String| Resolved::Href { url, external: false };
        match destination {
            Some(Destination::Page(id, anchor)) if self.edition.page(id).is_some() => {
                let slug = (id.kind == Kind::Poster).then(|| id.slug.to_string());
                let anchor = anchor.clone().or(slug).map_or(String::new(), |anchor| format!("#{anchor}"));
                inside(format!("{}{anchor}", id.out().relative_to(from)))
            }
            Some(Destination::File(path)) if link.is_image => self.shown_picture(from, path),
            Some(Destination::File(path)) => match self.plan.file(path) {
                Some(out) => Resolved::File {
                    url: out.relative_to(from),
                    facts: format!("{}，{}", format(path), self.size(path)),
                },
                None => Resolved::PlainText,
            },
            Some(Destination::Address(address)) => match self.at_address(address) {
                Some(out) => {
                    let anchor = address.split_once('#').map_or(String::new(), |(_, anchor)| format!("#{anchor}"));
                    inside(format!("{}{anchor}", out.relative_to(from)))
                }
                None => Resolved::PlainText,
            },
            Some(Destination::Anchor(anchor)) => inside(format!("#{anchor}")),
            Some(Destination::External(url)) => Resolved::Href { url: url.clone(), external: true },
            Some(Destination::Contact(url)) => inside(url.clone()),
            _ => Resolved::PlainText,
        }
    }

    /// The output behind an address that somebody typed. Ahead of all bodies files are in doubt, and what is missing.
    fn at_address(&self, address: &str) -> Option<&OutPath> {
        let out = self.plan.at_address(address);
        let recipe = out.and_then(|out| self.plan.recipe(out));
        if self.edition.is_ahead() && !recipe.is_some_and(super::is_sure) {
            self.doubt.store(true, Ordering::Relaxed);
        }
        out
    }

    /// A picture of a body.
    fn shown_picture(&self, from: &OutPath, path: &SourcePath) -> Resolved {
        let Some(Offered { out, pixels, sizes }) = self.offered_picture(path) else { return Resolved::PlainText };
        let (width, height) = pixels.unzip();
        let sizes = sizes.iter().map(|size| (size.out.relative_to(from), size.width)).collect();
        Resolved::Picture { src: out.relative_to(from), width, height, sizes }
    }

    /// When an open day is and how it stands.
    pub(crate) fn brief(&self, open_day: &OpenDay) -> OpenDayBrief {
        let status = plan::status(open_day, self.edition.today());
        let institution = self.edition.page(&open_day.institution);
        let own_address = institution.and_then(|page| match &page.own {
            Own::Institution(institution) => institution.address.clone(),
            _ => None,
        });
        let today = self.edition.today();
        let next = open_day.sessions.iter().find(|session| session.date >= today).or(open_day.sessions.last());
        OpenDayBrief {
            // One alone: each session of an open day in each calendar asks for the brief.
            next: next.map(|session| self.session(session)),
            sessions: open_day.sessions.len(),
            date_text: open_day.date_text.clone(),
            status: status.word(),
            status_text: status.zh(),
            institution: institution.map(|page| self.tag(page)),
            address: open_day.address.clone().or(own_address),
            programme: open_day.programme.clone(),
            online: open_day.online_url.is_some() || status == page::Status::MovedOnline,
        }
    }

    /// The sessions of an open day.
    pub(crate) fn sessions(&self, open_day: &OpenDay) -> Vec<Session> {
        open_day.sessions.iter().map(|session| self.session(session)).collect()
    }

    fn session(&self, session: &page::Session) -> Session {
        Session {
            date: words::date(session.date),
            start: session.start,
            end: session.end,
            capacity: session.capacity,
            left: session.left,
            planned: session.planned.map(|planned| words::planned(planned, session.date)),
            over: session.date < self.edition.today(),
        }
    }

    /// A campaign in a list.
    pub(crate) fn campaign_card(&self, page: &Page, campaign: &page::Campaign) -> CampaignCard {
        let (state, state_text) = self.state(campaign);
        let mine = self.plan.index.of_campaign(&page.id);
        CampaignCard {
            title: page.title.clone(),
            url: page.id.url(),
            slogan: campaign.slogan.clone(),
            slogan_lines: words::slogan_lines(&campaign.slogan),
            color: campaign.color.name().to_string(),
            color_hex: self.edition.config().colors.of(&campaign.color).to_string(),
            state,
            state_text,
            dates_text: dates_text(campaign),
            summary: self.summary(page),
            open_days: mine.iter().filter(|id| id.kind == Kind::OpenDay).count(),
            cases: mine.iter().filter(|id| id.kind == Kind::Case).count(),
            picture: self.first_picture(page),
        }
    }

    fn state(&self, campaign: &page::Campaign) -> (&'static str, &'static str) {
        let today = self.edition.today();
        match (campaign.start, campaign.end) {
            (_, Some(end)) if end < today => ("over", "已结束"),
            (Some(start), _) if start > today => ("upcoming", "即将开始"),
            (Some(_), _) => ("running", "进行中"),
            (None, Some(_)) => ("running", "进行中"),
            (None, None) => ("undated", "日期待定"),
        }
    }

    /// A supplied poster.
    pub(crate) fn poster(&self, page: &Page, poster: &page::Poster) -> Poster {
        Poster {
            title: page.title.clone(),
            id: page.id.slug.to_string(),
            url: page.id.url(),
            campaign: self.campaign_tags(page).into_iter().next(),
            year: poster.year.clone(),
            issuer: poster.issuer.clone(),
            kind: poster.kind.clone(),
            preview: super::posters::supplied_preview(self, page),
            text: poster.text.clone(),
            source: page.source.clone(),
            permission: poster.permission.clone(),
            files: poster.files.iter().filter_map(|file| self.poster_file(file)).collect(),
        }
    }

    fn poster_file(&self, file: &page::PosterFile) -> Option<PosterFile> {
        Some(PosterFile {
            url: self.file_url(&file.file)?,
            name: file.file.file_name().to_string(),
            format: format(&file.file),
            size: self.size(&file.file),
            dimensions: file.dimensions.clone(),
        })
    }

    /// The size of an offered file in words.
    pub(crate) fn size(&self, path: &SourcePath) -> String {
        self.edition.file(path).map_or(String::new(), |file| words::size(file.facts.size))
    }
}

/// `PDF`, `XLSX` …
pub fn format(path: &SourcePath) -> String {
    walk::extension(path.file_name()).to_uppercase()
}

pub(super) fn dates_text(campaign: &page::Campaign) -> String {
    match (campaign.start, campaign.end, &campaign.date_text) {
        (Some(start), end, _) => words::period(start, end.unwrap_or(start)),
        (None, Some(end), _) => format!("{}前", end.zh()),
        (None, None, Some(text)) => text.clone(),
        (None, None, None) => "日期待定".to_string(),
    }
}
