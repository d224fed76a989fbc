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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders() {
        let svg = svg("https://www.example.gov.cn/").unwrap();
        assert!(svg.contains("M0 0h7v1h-7z") && svg.contains("viewBox=\"0 0 29 29\""), "{svg}");
    }

    #[test]
    fn g15_what_no_phone_would_read_is_no_code() {
        assert!(svg("").is_none());
        assert!(svg(&"a".repeat(LONGEST)).is_some());
        assert!(svg(&"a".repeat(LONGEST + 1)).is_none());
    }
}
