//! One link: whether another site answers, and with what. HEAD first, GET where a server does not like that or says
//! there is nothing; the head of an answer suffices, so no body is read.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ureq::http::StatusCode;
use ureq::http::header::LOCATION;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Error};
use url::Url;

use super::Network;
use super::gates::Gates;
use super::lookup::NoAddress;
use crate::model::config::is_internal;

/// How we introduce ourselves.
const NAME: &str = concat!("Mozilla/5.0 (compatible; site/", env!("CARGO_PKG_VERSION"), "; link check)");
/// Redirects that are followed.
const HOPS: usize = 5;
/// Bytes of the head of an answer.
const MOST_HEAD: usize = 64 << 10;
/// Characters of a new address that are still worth telling.
const MOST_ADDRESS: usize = 500;

/// What came of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Verdict {
    /// It can be opened.
    Alive,
    /// It can be opened, and stands at another address for good.
    Moved(String),
    /// It cannot be opened.
    Dead(Reason),
    /// It could not be confirmed.
    Unsure(Reason),
}

/// Why a link is not alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reason {
    /// The status of the answer.
    Status(u16),
    /// There is no such host.
    NoHost,
    /// No name server answered.
    NoLookup,
    /// No answer in time.
    Slow,
    /// Nobody listens there.
    Refused,
    /// The connection broke off.
    Broken,
    /// The answer is none of HTTP.
    NoHttp,
    /// No secure connection could be made.
    Tls,
    /// Redirects lead in a circle, or on and on.
    Circle,
    /// A redirect leads nowhere.
    Nowhere,
    /// It leads to an address inside an office.
    Inside,
}

impl Reason {
    /// Whether another machine said something, so that this one is in the network.
    pub(super) fn is_answer(self) -> bool {
        !matches!(self, Reason::NoHost | Reason::NoLookup | Reason::Slow | Reason::Refused)
    }
}

/// The head of an answer, as far as it matters.
struct Answer {
    status: StatusCode,
    location: Option<String>,
}

/// Asks other sites.
pub(super) struct Asker {
    agent: Agent,
    network: Network,
}

impl Asker {
    pub(super) fn new(network: Network) -> Asker {
        let config = Agent::config_builder()
            .user_agent(NAME)
            .accept("*/*")
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MOST_HEAD)
            .max_idle_connections(0)
            .timeout_resolve(Some(network.step))
            .timeout_connect(Some(network.step))
            .timeout_send_request(Some(network.step))
            .timeout_recv_response(Some(network.step))
            .build();
        Asker { agent: Agent::with_parts(config, DefaultConnector::default(), network), network }
    }

    /// What comes of the link; none where `until` came first.
    pub(super) fn ask(&self, link: &Url, gates: &Gates, until: Instant) -> Option<Verdict> {
        let (mut url, mut seen) = (link.clone(), vec![link.clone()]);
        let (mut left, mut lasting) = (self.network.whole, true);
        let mut moved = None;
        loop {
            let answer = match self.answer(&url, gates, until, &mut left)? {
                Ok(answer) => answer,
                Err(Reason::NoHost) => return Some(Verdict::Dead(Reason::NoHost)),
                Err(reason) => return Some(Verdict::Unsure(reason)),
            };
            let status = answer.status.as_u16();
            let next = match (status, answer.location) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => location,
                (200..=299, _) => return Some(moved.map_or(Verdict::Alive, Verdict::Moved)),
                (404 | 410, _) => return Some(Verdict::Dead(Reason::Status(status))),
                _ => return Some(Verdict::Unsure(Reason::Status(status))),
            };
            url = match onward(&url, &next) {
                Ok(url) => url,
                Err(reason) => return Some(Verdict::Unsure(reason)),
            };
            if seen.contains(&url) || seen.len() > HOPS {
                return Some(Verdict::Unsure(Reason::Circle));
            }
            seen.push(url.clone());
            lasting &= matches!(status, 301 | 308);
            if lasting {
                moved = elsewhere(link, &url);
            }
        }
    }

    fn answer(&self, url: &Url, gates: &Gates, until: Instant, left: &mut Duration) -> Option<Result<Answer, Reason>> {
        let mut once = |head: bool| {
            let pass = gates.enter(url.host_str().unwrap_or_default(), until)?;
            let begun = Instant::now();
            let answer = self.once(url, head, *left);
            *left = left.saturating_sub(begun.elapsed());
            drop(pass);
            Some(answer)
        };
        let first = once(true)?;
        let again = match &first {
            Ok(answer) => answer.status.is_client_error() && answer.status.as_u16() != 429 || answer.status == 501,
            Err(reason) => matches!(reason, Reason::Broken | Reason::NoHttp),
        };
        if again { once(false) } else { Some(first) }
    }

    fn once(&self, url: &Url, head: bool, left: Duration) -> Result<Answer, Reason> {
        if left.is_zero() {
            return Err(Reason::Slow);
        }
        let request = if head { self.agent.head(url.as_str()) } else { self.agent.get(url.as_str()) };
        let response = request.config().timeout_global(Some(left)).build().call().map_err(|fault| reason(&fault))?;
        let location = response.headers().get(LOCATION);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Answer { status: response.status(), location })
    }
}

/// Where a redirect leads.
fn onward(from: &Url, location: &str) -> Result<Url, Reason> {
    let mut url = from.join(location).map_err(|_| Reason::Nowhere)?;
    url.set_fragment(None);
    askable(&url).then_some(url).ok_or(Reason::Inside)
}

/// Whether an address may be asked at all, as far as its words tell.
pub(super) fn askable(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && !is_internal(&host)
}

/// The new address, where it is another than somebody would type for the old one.
fn elsewhere(old: &Url, new: &Url) -> Option<String> {
    let bare = |url: &Url| url.as_str().trim_end_matches('/').to_string();
    (bare(old) != bare(new) && new.as_str().len() <= MOST_ADDRESS).then(|| new.to_string())
}

fn reason(fault: &Error) -> Reason {
    match fault {
        Error::Timeout(_) => Reason::Slow,
        Error::HostNotFound => Reason::NoHost,
        Error::ConnectionFailed => Reason::Refused,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => Reason::Tls,
        Error::Io(fault) => match fault.get_ref().and_then(|inner| inner.downcast_ref::<NoAddress>()) {
            Some(NoAddress::Unknown) => Reason::NoHost,
            Some(NoAddress::Unanswered) => Reason::NoLookup,
            Some(NoAddress::Inside) => Reason::Inside,
            None => match fault.kind() {
                ErrorKind::TimedOut | ErrorKind::WouldBlock => Reason::Slow,
                ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
                    Reason::Refused
                }
                // How rustls tells its own faults through a stream.
                ErrorKind::InvalidData => Reason::Tls,
                _ => Reason::Broken,
            },
        },
        _ => Reason::NoHttp,
    }
}
