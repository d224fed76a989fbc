//! The BleedBox of a print file. The exporter writes MediaBox and TrimBox; where crop marks stand outside of the
//! bleed, a print shop also wants to know where the bleed ends (ISO 15930, PDF 32000-1 §14.11.2).

/// `pdf` with a BleedBox that lies `inside` points within the page's edges, added as an incremental update (PDF
/// 32000-1 §7.5.6); none when the file has another form than the exporter's.
pub fn with_bleed(mut pdf: Vec<u8>, inside: f64) -> Option<Vec<u8>> {
    let page = Page::only(&pdf)?;
    let [left, bottom, right, top] = page.media;
    let (l, b, r, t) = (left + inside, bottom + inside, right - inside, top - inside);
    let dictionary = page.object.replacen("/TrimBox", &format!("/BleedBox [{l:.3} {b:.3} {r:.3} {t:.3}]/TrimBox"), 1);
    let before = number_after(&pdf, b"startxref")?;
    let trailer = trailer(&pdf)?;
    pdf.push(b'\n');
    let at = pdf.len();
    pdf.extend(dictionary.as_bytes());
    let table = pdf.len();
    let number = page.number;
    pdf.extend(format!("xref\n{number} 1\n{at:010} 00000 n \ntrailer\n").as_bytes());
    let end = trailer.rfind(">>")?;
    pdf.extend(format!("{}/Prev {before}>>\nstartxref\n{table}\n%%EOF", &trailer[..end]).as_bytes());
    Some(pdf)
}

/// The one page of a file.
struct Page {
    number: u32,
    /// From `12 0 obj` to `endobj` and its line end.
    object: String,
    media: [f64; 4],
}

impl Page {
    fn only(pdf: &[u8]) -> Option<Page> {
        let mark = find(pdf, b"/TrimBox", 0)?;
        let start = rfind(&pdf[..mark], b" 0 obj")?;
        let from = pdf[..start].iter().rposition(|b| !b.is_ascii_digit())? + 1;
        let end = find(pdf, b"endobj", mark)? + b"endobj".len();
        let object = std::str::from_utf8(&pdf[from..end]).ok()?;
        let number = std::str::from_utf8(&pdf[from..start]).ok()?.parse().ok()?;
        let media = object.split_once("/MediaBox")?.1.split_once('[')?.1.split_once(']')?.0;
        let mut sides = media.split_ascii_whitespace().map(str::parse::<f64>);
        let mut side = || sides.next()?.ok();
        Some(Page { number, object: format!("{object}\n"), media: [side()?, side()?, side()?, side()?] })
    }
}

/// The dictionary of the last trailer, from `<<` to `>>`.
fn trailer(pdf: &[u8]) -> Option<String> {
    let at = rfind(pdf, b"trailer")?;
    let end = rfind(pdf, b"startxref")?;
    Some(std::str::from_utf8(pdf.get(at + b"trailer".len()..end)?).ok()?.trim().to_string())
}

fn number_after(pdf: &[u8], word: &[u8]) -> Option<usize> {
    let at = rfind(pdf, word)? + word.len();
    let digits: String = pdf[at..]
        .iter()
        .map(|b| char::from(*b))
        .skip_while(char::is_ascii_whitespace)
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    bytes[from..].windows(word.len()).position(|part| part == word).map(|at| from + at)
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|part| part == word)
}
