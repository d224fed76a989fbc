//! QR codes (ISO/IEC 18004) as SVG: one path, black on nothing. The quiet zone is the template's.

use fast_qr::{ECL, QRBuilder};

/// The longest address that is put into a code, in bytes: version 10 at level M, 57 modules, which a phone still reads
/// at 30 mm and on a 1080 px picture.
pub const LONGEST: usize = 213;

/// Whether a code is made of `address`.
pub fn fits(address: &str) -> bool {
    (1..=LONGEST).contains(&address.len())
}

/// The code of `address`; none when the address is empty or too long.
pub fn svg(address: &str) -> Option<String> {
    if !fits(address) {
        return None;
    }
    let code = QRBuilder::new(address).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
        let mut x = 0;
        while x < code.size {
            let run = row[x..].iter().take_while(|module| module.value()).count();
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    let size = code.size;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    ))
}

/// The code of `address` for a terminal, two rows of modules a line, light ones drawn and dark ones left out; with the
/// quiet zone of four modules.
pub fn lines(address: &str) -> Option<Vec<String>> {
    if !fits(address) {
        return None;
    }
    let code = QRBuilder::new(address).ecl(ECL::L).build().ok()?;
    let size = code.size as isize;
    let dark = |x: isize, y: isize| {
        let inside = (0..size).contains(&x) && (0..size).contains(&y);
        inside && code.data[y as usize * code.size + x as usize].value()
    };
    let cell = |x: isize, y: isize| match (dark(x, y), dark(x, y + 1)) {
        (false, false) => '█',
        (false, true) => '▀',
        (true, false) => '▄',
        (true, true) => ' ',
    };
    Some((-4..size + 4).step_by(2).map(|y| (-4..size + 4).map(|x| cell(x, y)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders() {
        let svg = svg("https://www.example.gov.cn/").unwrap();
        assert!(svg.contains("M0 0h7v1h-7z") && svg.contains("viewBox=\"0 0 29 29\""), "{svg}");
    }

    #[test]
    fn a_terminal_shows_every_module() {
        let lines = lines("http://192.168.1.20:8080/?key=0123456789abcdef").unwrap();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert!(lines[0].chars().all(|c| c == '█') && lines[2].starts_with("████ ▄▄▄▄▄ "), "{lines:#?}");
    }

    #[test]
    fn g15_what_no_phone_would_read_is_no_code() {
        assert!(svg("").is_none());
        assert!(svg(&"a".repeat(LONGEST)).is_some());
        assert!(svg(&"a".repeat(LONGEST + 1)).is_none());
    }
}
