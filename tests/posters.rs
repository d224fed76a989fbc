//! Files that posters supply: what they are by their bytes, what is refused, and what readers are told of them
//! (faults.md G16 to G18, G20). How the mistakes are told stands in `tests/mistakes`.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "fixtures/mod.rs"]
mod fixtures;

use std::path::Path;
use std::time::{Duration, Instant};

use fixtures::project::{Project, Wish};
use site::load::{Changed, Shelf};
use site::report::{Profile, Report, SourcePath};

const END: &[u8] = b"\0\0\0\0IEND\xAE\x42\x60\x82";

/// A PNG of that size, whole where it is small; of a large one there is only the claim.
fn png(width: u32, height: u32) -> Vec<u8> {
    if u64::from(width) * u64::from(height) < 1 << 20 {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![128; (width * height) as usize]).unwrap();
        writer.finish().unwrap();
        return bytes;
    }
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", &size[..], &[8, 6, 0, 0, 0, 0, 0, 0, 0], END].concat()
}

/// A JPEG with so many colours a dot; a whole one where there are three.
fn jpeg(components: u8) -> Vec<u8> {
    if components == 3 {
        let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/news/linfen-water-questions/water-bottles.jpg");
        return std::fs::read(photo).unwrap();
    }
    let spots: Vec<u8> = (1..=components).flat_map(|component| [component, 0x11, 0]).collect();
    let length = [0, 8 + components * 3];
    [b"\xFF\xD8\xFF\xC0", &length[..], &[8, 0, 32, 0, 16, components], &spots, b"\xFF\xD9"].concat()
}

fn pdf(width: f64, height: f64) -> Vec<u8> {
    let page = format!("<</Type/Page/MediaBox[0 0 {width} {height}]>>");
    let objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", &page];
    let objects = objects.iter().zip(1..).map(|(object, number)| format!("{number} 0 obj\n{object}\nendobj\n"));
    format!("%PDF-1.7\n{}trailer\n<</Root 1 0 R>>\n", objects.collect::<String>()).into_bytes()
}

/// A project with one poster, which has these rows and files.
fn project(rows: &str, files: &[(&str, &[u8])]) -> Project {
    let project = Project::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/base"));
    for (name, bytes) in files {
        project.write(&format!("content/posters/p/{name}"), bytes);
    }
    let head = "---\ntitle: 有机产品海报\ncampaign: organic\nalt: 海报预览：红底白字\n";
    project.write("content/posters/p/index.md", format!("{head}{rows}---\n").as_bytes());
    project
}

/// The codes for a poster with one file, and what is offered of it.
fn offered(name: &str, bytes: &[u8]) -> (Vec<&'static str>, Vec<String>) {
    codes(&project(&format!("files:\n  - path: {name}\n"), &[(name, bytes)]))
}

fn codes(project: &Project) -> (Vec<&'static str>, Vec<String>) {
    let (findings, written) = project.build(&Wish::default());
    let offered = written.into_keys().filter_map(|path| path.strip_prefix("posters/p/").map(str::to_string));
    let supplied = offered.filter(|name| !name.ends_with("-thumbnail.png"));
    (findings.iter().map(|finding| finding.code.id).collect(), supplied.collect())
}

/// The page of posters.
fn page(project: &Project) -> String {
    String::from_utf8(project.build(&Wish::default()).1.remove("posters/index.html").unwrap()).unwrap()
}

#[test]
fn g16_a_file_is_what_its_first_bytes_say() {
    let none: [String; 0] = [];
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    for (name, bytes) in [
        ("a.png", b"<!DOCTYPE html><html></html>".to_vec()),
        ("a.jpg", png(16, 32)),
        ("a.png", jpeg(3)),
        ("a.pdf", png(16, 32)),
        ("a.png", pdf(100.0, 100.0)),
        ("a.heic", heic.to_vec()),
        ("a.jpg", heic.to_vec()),
    ] {
        assert_eq!(offered(name, &bytes), (vec!["E154"], none.to_vec()), "{name}");
    }
    for (name, bytes) in
        [("a.pdf", &b"<html><script>1</script></html>"[..]), ("a.zip", b"no archive"), ("a.ai", b"<svg/>")]
    {
        assert_eq!(offered(name, bytes).0, ["L09"], "{name}");
    }
    for (name, bytes) in [("a.png", png(16, 32)), ("a.JPG", jpeg(3)), ("a.pdf", pdf(100.0, 100.0))] {
        let (codes, files) = offered(name, &bytes);
        assert!(codes.iter().all(|code| *code == "U01"), "{codes:?}");
        assert_eq!(files, [name]);
    }
}

#[test]
fn g17_a_claim_of_ten_thousand_million_pixels_is_refused_from_the_header() {
    let start = Instant::now();
    assert_eq!(offered("a.png", &png(100_000, 100_000)), (vec!["E154"], vec![]));
    assert_eq!(offered("a.png", &png(u32::MAX, u32::MAX)), (vec!["E154"], vec![]));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(offered("a.png", &png(9_449, 23_622)).0, [""; 0], "800×2000 mm at 300 dpi is printed");
    let preview = project("files:\n  - path: a.png\npreview: a.png\n", &[("a.png", &png(9_449, 23_622))]);
    assert_eq!(codes(&preview).0, ["E154"], "a phone shows less");
}

#[test]
fn g18_broken_and_heavy_pictures_are_told() {
    assert_eq!(offered("a.png", b"").0, ["E154"]);
    assert_eq!(offered("a.jpg", b"\xFF\xD8\xFF\xE0").0, ["E154"]);
    let whole = png(16, 32);
    assert_eq!(offered("a.png", &whole[..whole.len() - END.len()]).0, ["W166"]);
    assert_eq!(offered("a.jpg", &jpeg(4)).0, [""; 0], "a file for print may be CMYK");
    let preview = project("files:\n  - path: a.jpg\npreview: a.jpg\n", &[("a.jpg", &jpeg(4))]);
    assert_eq!(codes(&preview).0, ["W165"]);
    let mut photo = jpeg(3);
    photo.splice(2..2, b"\xFF\xEE\x00\x02".repeat(30 << 18));
    assert_eq!(photo.len() >> 20, 30);
    assert_eq!(offered("a.jpg", &photo).0, ["W155"]);
}

#[test]
fn g20_programs_are_not_offered_with_a_poster() {
    for extension in ["exe", "bat", "js", "html", "docm", "xlsm", "lnk", "svg"] {
        let (codes, files) = offered(&format!("a.{extension}"), b"MZ");
        assert!(codes.contains(&"E139"), ".{extension}: {codes:?}");
        assert_eq!(files, [""; 0], ".{extension}");
        assert!(
            Profile::Preview.refuses(
                &project(&format!("files:\n  - path: a.{extension}\n"), &[(&format!("a.{extension}"), b"MZ")])
                    .check(&Wish::default())
            )
        );
    }
}

#[test]
fn readers_see_what_is_read_and_what_files_do_not_tell() {
    let rows = "files:\n  - path: a.pdf\n    color: CMYK\n    bleed_mm: 3\n    width: 297\n    height: 420\n  - path: b.png\n  - path: c.jpg\n";
    let (sheet, picture) = (pdf(858.9, 1207.56), png(1500, 2122));
    let page = page(&project(rows, &[("a.pdf", &sheet), ("b.png", &picture), ("c.jpg", &jpeg(4))]));
    for shown in ["297×420 mm，CMYK，出血 3 mm", "1500×2122 像素", "16×32 像素，CMYK"] {
        assert!(page.contains(&format!("<span>{shown}</span>")), "{shown}\n{page}");
    }
}

#[test]
fn a_wrong_checksum_stops_only_what_is_published() {
    let rows = format!("files:\n  - path: a.png\n    sha256: {}\n", "0".repeat(64));
    let findings = project(&rows, &[("a.png", &png(16, 32))]).check(&Wish::default());
    assert!(findings.iter().any(|finding| finding.code.id == "E163"));
    assert!(!Profile::Preview.refuses(&findings));
    assert!(Profile::Production.refuses(&findings));
}

#[test]
fn only_files_that_posters_name_are_read_further_than_their_first_bytes() {
    let rows =
        "files:\n  - path: a.pdf\n    sha256: 00\n  - path: /files/b.pdf\n  - path: ../../files/../files/c.pdf\n";
    let (sheet, picture) = (pdf(100.0, 200.0), png(16, 32));
    let project = project(rows, &[("a.pdf", &sheet), ("unnamed.pdf", &sheet)]);
    for path in ["content/files/b.pdf", "content/files/c.pdf", "content/files/d.pdf", "content/notices/e.pdf"] {
        project.write(path, &sheet);
    }
    project.write("content/news/f.png", &picture);
    let tree = site::load::tree(&project.path(), &mut Shelf::default(), &Changed::All, &mut Report::new()).unwrap();
    let read = tree.files.iter().filter(|(_, file)| file.supplied.is_some());
    let read: Vec<&str> = read.map(|(path, _)| path.as_str()).collect();
    assert_eq!(read, ["content/files/b.pdf", "content/files/c.pdf", "content/posters/p/a.pdf"]);
    let summed = |path: &str| tree.files[&SourcePath::new(path)].supplied.as_ref().unwrap().sha256.is_some();
    assert!(summed("content/posters/p/a.pdf") && !summed("content/files/b.pdf"));
}
