//! The figures that inspections and checklists set and that change with the circular: defaults here, an office's own in
//! `limits` of `content/site.yaml`. Figures of laws and standards of the web are constants where they are used.

use super::reading::Reading;

/// From where on something is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Days without anything new on the home page while a campaign runs (D02).
    pub home_days: u32,
    /// Days without a new page in a column of news (D03).
    pub news_days: u32,
    /// The same of notices: six months (D03).
    pub notice_days: u32,
    /// Working days between the date of a document and its publication (D06).
    pub publish_days: u32,
    /// Days before a deadline from which on it is told (D07).
    pub remind_days: u32,
    /// KiB of a picture on a page (I06).
    pub picture_kb: u32,
    /// Pixels of its width (I06).
    pub picture_width: u32,
    /// Characters of a notice that is not only a scan (A07).
    pub notice_chars: u32,
}

impl Default for Limits {
    /// The inspection rules of government sites for columns, article 26 of the Regulations on Open Government Information
    /// for publication (domain.md §3); the rest is this program's advice.
    fn default() -> Limits {
        Limits {
            home_days: 14,
            news_days: 14,
            notice_days: 183,
            publish_days: 20,
            remind_days: 7,
            picture_kb: 500,
            picture_width: 1920,
            notice_chars: 50,
        }
    }
}

impl Limits {
    /// Reads the table; what it leaves out, or says wrongly (E119), has its default.
    pub(super) fn read(mut table: Reading) -> Limits {
        let usual = Limits::default();
        let mut or = |key: &str, default: u32| table.number(key).unwrap_or(default);
        Limits {
            home_days: or("home_days", usual.home_days),
            news_days: or("news_days", usual.news_days),
            notice_days: or("notice_days", usual.notice_days),
            publish_days: or("publish_days", usual.publish_days),
            remind_days: or("remind_days", usual.remind_days),
            picture_kb: or("picture_kb", usual.picture_kb),
            picture_width: or("picture_width", usual.picture_width),
            notice_chars: or("notice_chars", usual.notice_chars),
        }
    }
}
