//! Where links of shown pages lead: hidden pages, addresses of the site, other hosts (domain.md L01–L03).

use super::shops;
use crate::edition::{Edition, Hidden, hidden};
use crate::markdown::Link;
use crate::model::config::is_internal;
use crate::model::page::{AttachmentTarget, Destination};
use crate::model::{Config, Own, Page, PageId, Site};
use crate::plan::Plan;
use crate::report::{Finding, Place, Report, Text, codes, displayable, nearest};

/// Checks every link of a shown page.
pub fn check(edition: &Edition, site: &Site, plan: &Plan, page: &Page, report: &mut Report) {
    report.extend(page.body.told.iter().cloned());
    for (link, destination) in page.body.links().iter().zip(page.links()) {
        report.extend(self::link(edition, site, plan, link, destination));
    }
    report.extend(named(page).iter().filter_map(|(id, key)| {
        let other = site.pages.get(*id)?;
        Some(named_hidden(page, key, other, hidden(other, edition.today())?))
    }));
    for (url, place) in urls(page) {
        report.extend(external(edition.config(), url, &place));
    }
}

/// Checks where the menu leads.
pub fn menu(edition: &Edition, plan: &Plan, report: &mut Report) {
    for entry in &edition.config().menu {
        if plan.at_address(&entry.address).is_none() {
            let text = Text::new(
                format!("菜单“{}”的网址 /{} 在网站里不存在。", displayable(&entry.title), displayable(&entry.address)),
                format!("The menu entry `{}` leads to /{}, which does not exist.", entry.title, entry.address),
            );
            let near = nearest_address(plan, &entry.address).map(|near| entry.place.with(&format!("/{near}")));
            report.add(Finding::new(&codes::E203, entry.place.clone(), text).fixes(near));
        }
    }
}

/// The pages a header names, with the keys.
fn named(page: &Page) -> Vec<(&PageId, &'static str)> {
    let key =
        if matches!(page.own, Own::Case(_) | Own::OpenDay(_) | Own::Poster(_)) { "campaign" } else { "campaigns" };
    let mut named: Vec<(&PageId, &'static str)> = page.campaigns.iter().map(|id| (id, key)).collect();
    match &page.own {
        Own::OpenDay(open_day) => named.push((&open_day.institution, "institution")),
        Own::Notice(notice) => {
            named.extend(notice.forwards.iter().map(|id| (id, "forwards")));
            named.extend(notice.attachments.iter().filter_map(|attachment| match &attachment.target {
                AttachmentTarget::Notice(id) => Some((id, "attachments")),
                _ => None,
            }));
        }
        _ => {}
    }
    named
}

fn named_hidden(page: &Page, key: &str, other: &Page, why: Hidden) -> Finding {
    let (why, title) = (reason(why), displayable(&other.title));
    let text = Text::new(
        format!("这里写的“{title}”{}，正式网站上不会链接到它。", why.zh),
        format!("`{title}` {}; the site will not link to it.", why.en),
    );
    Finding::new(&codes::W145, page.place(key), text).related(Place::file(&other.path))
}

/// The web addresses of a header, and where they stand.
pub(super) fn urls(page: &Page) -> Vec<(&str, Place)> {
    let Own::OpenDay(open_day) = &page.own else { return Vec::new() };
    let online = open_day.online_url.iter().map(|url| (url.as_str(), page.place("online_url")));
    let booking = open_day.booking.iter().filter_map(|booking| Some((booking.url.as_deref()?, booking.url_at.clone())));
    online.chain(booking).collect()
}

/// The address of the site that is most like `address`.
fn nearest_address<'p>(plan: &'p Plan, address: &str) -> Option<&'p str> {
    let address = address.trim_end_matches('/');
    nearest(address, plan.outputs().map(|(out, _)| out.address()).filter(|known| known.ends_with('/')))
}

fn link(edition: &Edition, site: &Site, plan: &Plan, link: &Link, destination: &Destination) -> Option<Finding> {
    match destination {
        Destination::Page(id, _) if edition.page(id).is_none() => {
            let page = site.pages.get(id)?;
            Some(to_hidden(link, page, hidden(page, edition.today())?))
        }
        Destination::Address(address) if plan.at_address(address).is_none() => {
            let address = address.split('#').next().unwrap_or_default();
            let shown = displayable(address);
            let text = Text::new(
                format!("网站里没有 /{shown} 这个网址。站内页面请用相对路径链接到 .md 文件。"),
                format!("There is no address /{shown} in the site; link pages by relative paths to .md files."),
            );
            let near = nearest_address(plan, address);
            let line = near.map(|near| link.place.with(&link.place.marked().replace(address, near)));
            Some(Finding::new(&codes::E123, link.place.clone(), text).fixes(line))
        }
        Destination::External(url) => external(edition.config(), url, &link.place),
        _ => None,
    }
}

fn reason(why: Hidden) -> Text {
    match why {
        Hidden::Draft => Text::new("还是草稿", "is a draft"),
        Hidden::Future(day) => Text::new(format!("要到 {day} 才公开"), format!("is public from {day}")),
        Hidden::Expired(day) => Text::new(format!("已在 {day} 失效"), format!("expired on {day}")),
        Hidden::NotPublic => Text::new("不能公开", "is not public"),
    }
}

fn to_hidden(link: &Link, page: &Page, why: Hidden) -> Finding {
    let Text { zh, en } = reason(why);
    let title = displayable(&page.title);
    let text = Text::new(
        format!("链接的“{title}”{zh}，正式网站上会只显示文字。"),
        format!("The linked page `{title}` {en}; it is shown as plain text."),
    );
    Finding::new(&codes::W145, link.place.clone(), text).related(Place::file(&page.path))
}

fn external(config: &Config, url: &str, place: &Place) -> Option<Finding> {
    let authority = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if host.starts_with('[') { host } else { host.split(':').next()? };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if authority.contains('@') || is_internal(&host) {
        let shown = displayable(&host);
        let text = Text::new(
            format!("链接指向“{shown}”，公众打不开，或者不安全。请换成正式的网址。"),
            format!("The link leads to `{shown}`, which the public cannot reach or trust."),
        );
        return Some(Finding::new(&codes::L03, place.clone(), text));
    }
    if let Some(finding) = shops::told(&host, place) {
        return Some(finding);
    }
    let listed = |allowed: &String| host == *allowed || host.ends_with(&format!(".{allowed}"));
    if host.ends_with(".gov.cn") || host == config.base_url.host() || config.allowed_hosts.iter().any(listed) {
        return None;
    }
    let shown = displayable(&host);
    let text = Text::new(
        format!("外部网站“{shown}”不是政府网站，也不在允许名单里。确认可以链接的，请加到 site.yaml 的 allowed_hosts。"),
        format!("The host `{shown}` is not *.gov.cn and not in allowed_hosts."),
    );
    let hint = Text::new(
        format!("在 content/site.yaml 里写：allowed_hosts: [{shown}]"),
        format!("in content/site.yaml: allowed_hosts: [{shown}]"),
    );
    Some(Finding::new(&codes::L02, place.clone(), text).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l03_hosts_the_public_cannot_reach() {
        for host in ["10.1.1.2", "[::1]", "localhost", "oa", "x.local"] {
            assert!(is_internal(host), "{host}");
        }
        assert!(!is_internal("www.cnca.gov.cn"));
    }
}
