//! The port: loopback only, both address families, so that the printed address works whatever `localhost` means.
//!
//! Without a wish ten ports from 8080 are tried; a port that was asked for is never exchanged for another.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use crate::report::{Lang, Text};

const FIRST: u16 = 8080;
const TRIES: u16 = 10;
const BACKLOG: i32 = 512;

/// The open listeners of one port.
pub struct Doors {
    /// The listeners: 127.0.0.1, and `::1` where the system has it.
    pub listeners: Vec<TcpListener>,
    /// The port they all have.
    pub port: u16,
    /// Whether it is not the first port we would have liked.
    pub moved: bool,
}

/// Opens the port asked for, or the first free one of ten; the error's text is for people.
pub fn open(wish: Option<u16>, lang: Lang) -> io::Result<Doors> {
    match wish {
        Some(0) => (0..TRIES)
            .find_map(|_| both(0, false).ok())
            .ok_or_else(|| refused(0, lang, &io::ErrorKind::AddrInUse.into())),
        Some(port) => both(port, false).map_err(|error| refused(port, lang, &error)),
        None => (FIRST..FIRST + TRIES).find_map(|port| both(port, port != FIRST).ok()).ok_or_else(|| all_refused(lang)),
    }
}

/// Listeners of both families; a port of which another program holds one half would show that program's pages.
fn both(port: u16, moved: bool) -> io::Result<Doors> {
    let first = listen(IpAddr::V4(Ipv4Addr::LOCALHOST), port)?;
    let port = first.local_addr()?.port();
    let listeners = match listen(IpAddr::V6(Ipv6Addr::LOCALHOST), port) {
        Ok(second) => vec![first, second],
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        Err(_) => vec![first],
    };
    Ok(Doors { listeners, port, moved })
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

/// The last line the terminal shows.
pub fn address(port: u16) -> Text {
    Text::new(
        format!("预览地址：http://localhost:{port}/ （按 Ctrl-C 结束）"),
        format!("Preview: http://localhost:{port}/ (Ctrl-C to stop)"),
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
