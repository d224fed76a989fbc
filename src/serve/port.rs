//! The port: loopback only, both address families, so that the printed address works whatever `localhost` means.
//!
//! Without a wish ten ports from 8080 are tried; a port that was asked for is never exchanged for another.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use crate::report::{Lang, Text};
use crate::typeset::qr;

const FIRST: u16 = 8080;
const TRIES: u16 = 10;
const BACKLOG: i32 = 512;

/// One way in.
pub struct Door {
    /// Where connections come in.
    pub listener: TcpListener,
    /// Whether they come from other computers and phones.
    pub lan: bool,
}

/// The open doors of one port.
pub struct Doors {
    /// 127.0.0.1, `::1` where the system has it, and the address in the office network where that was asked for.
    pub doors: Vec<Door>,
    /// The port they all have.
    pub port: u16,
    /// Whether it is not the first port we would have liked.
    pub moved: bool,
}

/// Opens the port asked for, or the first free one of ten, at `lan` as well if there is one; the error's text is for
/// people.
pub fn open(wish: Option<u16>, lan: Option<IpAddr>, lang: Lang) -> io::Result<Doors> {
    match wish {
        Some(0) => (0..TRIES)
            .find_map(|_| all(0, lan, false).ok())
            .ok_or_else(|| refused(0, lang, &io::ErrorKind::AddrInUse.into())),
        Some(port) => all(port, lan, false).map_err(|error| refused(port, lang, &error)),
        None => {
            (FIRST..FIRST + TRIES).find_map(|port| all(port, lan, port != FIRST).ok()).ok_or_else(|| all_refused(lang))
        }
    }
}

/// Listeners of both families; a port of which another program holds one half would show that program's pages.
fn all(port: u16, lan: Option<IpAddr>, moved: bool) -> io::Result<Doors> {
    let first = listen(IpAddr::V4(Ipv4Addr::LOCALHOST), port)?;
    let port = first.local_addr()?.port();
    let mut doors = vec![Door { listener: first, lan: false }];
    match listen(IpAddr::V6(Ipv6Addr::LOCALHOST), port) {
        Ok(second) => doors.push(Door { listener: second, lan: false }),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        Err(_) => {}
    }
    if let Some(address) = lan {
        doors.push(Door { listener: listen(address, port)?, lan: true });
    }
    Ok(Doors { doors, port, moved })
}

/// This computer's address in the office network, as the system would choose it; nothing is sent. None without a network.
pub fn lan_address() -> Option<IpAddr> {
    // An address kept for documentation (RFC 5737): it lies beyond every router, and nobody has it.
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// A listener whose connections send without delay; accepted sockets inherit the setting on Linux only.
pub fn listen(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::new(address, port);
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // On Windows this option would let two programs hold one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The address on this computer.
pub fn local(port: u16) -> String {
    format!("http://localhost:{port}/")
}

/// Tells the address.
pub fn address(port: u16) -> Text {
    let address = local(port);
    Text::new(
        format!("预览地址：{address} （按 Ctrl-C 结束；全部问题和稿件：{address}__site/ ）"),
        format!("Preview: {address} (Ctrl-C to stop; all problems and pages: {address}__site/ )"),
    )
}

/// An address as a host in an URL (RFC 3986 §3.2.2).
pub fn host_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// The address for phones, which carries the key, and below it its QR code.
pub fn phone(address: &str, colour: bool) -> Text {
    let (on, off) = if colour { ("\u{1b}[97;40m", "\u{1b}[0m") } else { ("", "") };
    let code = qr::lines(address).unwrap_or_default();
    let code: String = code.iter().map(|line| format!("\n{on}{line}{off}")).collect();
    Text::new(
        format!("手机预览（同一个局域网内，用微信或浏览器扫码）：{address}{code}"),
        format!("On a phone in the same network, scan or open: {address}{code}"),
    )
}

/// Tells that there is no office network to open the preview to.
pub fn no_lan() -> Text {
    Text::new(
        "这台电脑没有连上局域网，手机暂时打不开预览；连上以后请重新运行。",
        "This computer is in no network, so phones cannot reach the preview; connect it and start again.",
    )
}

/// Tells that the usual port was taken.
pub fn moved(port: u16) -> Text {
    Text::new(
        format!("端口 {FIRST} 被别的程序占用，改用 {port}。"),
        format!("Port {FIRST} is taken by another program, using {port}."),
    )
}

fn refused(port: u16, lang: Lang, error: &io::Error) -> io::Error {
    let other = port.checked_add(1).unwrap_or(FIRST);
    let text = match error.kind() {
        io::ErrorKind::AddrInUse => Text::new(
            format!(
                "端口 {port} 被别的程序占用，可能是另一个预览还开着。请先关掉它，或者换一个端口：site serve --port {other}"
            ),
            format!(
                "Port {port} is taken, perhaps by another preview. Close it, or use another: site serve --port {other}"
            ),
        ),
        io::ErrorKind::PermissionDenied => Text::new(
            format!("没有权限使用端口 {port}。请换一个 1024 以上的端口：site serve --port {FIRST}"),
            format!("Not allowed to use port {port}. Choose one above 1024: site serve --port {FIRST}"),
        ),
        _ => Text::new(
            format!("端口 {port} 打不开：{error}。请换一个端口：site serve --port {other}"),
            format!("Port {port} cannot be opened: {error}. Use another: site serve --port {other}"),
        ),
    };
    io::Error::new(error.kind(), text.get(lang).to_string())
}

fn all_refused(lang: Lang) -> io::Error {
    let last = FIRST + TRIES - 1;
    let text = Text::new(
        format!("端口 {FIRST} 到 {last} 都被占用。请关掉不用的预览，或者指定端口：site serve --port 9000"),
        format!("Ports {FIRST} to {last} are all taken. Close a preview, or name a port: site serve --port 9000"),
    );
    io::Error::new(io::ErrorKind::AddrInUse, text.get(lang).to_string())
}
