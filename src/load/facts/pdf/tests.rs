//! Page sizes of sound files, and what hostile ones cost.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::*;

/// A file of these objects, numbered from 1, and a trailer.
fn file(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    file.extend(b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 9/Root 1 0 R>>\nstartxref\n9\n%%EOF\n");
    file
}

/// A file of one page with these entries, under a node with those.
fn page(entries: &str, above: &str) -> Vec<u8> {
    let node = format!("<</Type/Pages/Kids[3 0 R]/Count 1{above}>>");
    file(&["<</Type/Catalog/Pages 2 0 R>>", &node, &format!("<</Type/Page/Parent 2 0 R{entries}>>")])
}

fn size(bytes: &[u8]) -> (u32, u32, bool) {
    let paper = paper(bytes).unwrap();
    (paper.width.round() as u32, paper.height.round() as u32, paper.trimmed)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(number: u32, dict: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj\n<<{dict}/Length {}>>\nstream\r\n", bytes.len());
    [head.as_bytes(), bytes, b"\r\nendstream\nendobj\n"].concat()
}

#[test]
fn the_media_box_is_the_size() {
    assert_eq!(size(&page("/MediaBox[0 0 841.89 1190.55]", "")), (297, 420, false));
    assert_eq!(size(&page("/MediaBox [ -10 1190.55 831.89 0 ]", "")), (297, 420, false), "any two corners");
    assert_eq!(size(&page("/Media#42ox[0 0 841.89 1190.55]", "")), (297, 420, false));
}

#[test]
fn boxes_and_turns_are_inherited_and_may_be_elsewhere() {
    assert_eq!(size(&page("", "/MediaBox[0 0 841.89 1190.55]")), (297, 420, false));
    assert_eq!(size(&page("/Rotate 0", "/MediaBox[0 0 841.89 1190.55]/Rotate 90")), (297, 420, false));
    assert_eq!(size(&page("", "/MediaBox[0 0 841.89 1190.55]/Rotate -90")), (420, 297, false));
    let elsewhere = file(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Kids 4 0 R/Count 1>>",
        "<</Type/Page/MediaBox 5 0 R>>",
        "[3 0 R 3 0 R 1 0 R]",
        "[0 0 6 0 R 1190.55]",
        "841.89",
    ]);
    assert_eq!(size(&elsewhere), (297, 420, false));
    assert_eq!(paper(&elsewhere).unwrap().pages, 2, "a page counts once; the catalogue has no kids either");
}

#[test]
fn the_trim_box_comes_before_the_crop_box_before_the_media_box() {
    let bleed = "/MediaBox[0 0 900 1250]/CropBox[10 10 890 1240]/TrimBox[29.055 29.725 870.945 1220.275]";
    assert_eq!(size(&page(bleed, "")), (297, 420, true));
    assert_eq!(size(&page("/MediaBox[0 0 900 1250]/CropBox[0 0 841.89 1190.55]", "")), (297, 420, false));
    let all = "/MediaBox[0 0 841.89 1190.55]/TrimBox[0 0 841.89 1190.55]";
    assert_eq!(size(&page(all, "")), (297, 420, false), "many programs write all boxes alike");
    assert_eq!(size(&page("/MediaBox[0 0 841.89 1190.55]/CropBox[0 0 9000 9000]", "")), (297, 420, false));
    assert_eq!(size(&page("/MediaBox[0 0 841.89 1190.55]/TrimBox[5 5 5 5]", "")), (297, 420, false));
}

#[test]
fn a_user_unit_is_for_large_sheets() {
    assert_eq!(size(&page("/MediaBox[0 0 2267.716 5669.29]/UserUnit 1.0", "")), (800, 2000, false));
    assert_eq!(size(&page("/MediaBox[0 0 2267.716 5669.29]/UserUnit 10", "")), (8000, 20000, false));
}

#[test]
fn strings_and_comments_and_streams_are_no_objects() {
    let texts = "/Title(3 0 obj <</MediaBox[0 0 1 1]>> \\) \\( (inner) )/X<33>% /MediaBox[0 0 1 1]\n";
    assert_eq!(size(&page(&format!("{texts}/MediaBox[0 0 841.89 1190.55]"), "")), (297, 420, false));
    let inside = stream(4, "", b"3 0 obj\n<</Type/Page/MediaBox[0 0 1 1]>>\nendobj\n");
    let mut file = page("/MediaBox[0 0 841.89 1190.55]", "");
    let trailer = memchr::memmem::find(&file, b"xref").unwrap();
    file.splice(trailer..trailer, inside);
    assert_eq!(size(&file), (297, 420, false));
}

#[test]
fn objects_may_lie_in_packs_and_the_trailer_in_a_stream() {
    let inner = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</MediaBox[0 0 842 1191]>>"];
    let mut head = String::new();
    let mut at = 0;
    for (index, object) in inner.iter().enumerate() {
        head.push_str(&format!("{} {at} ", index + 1));
        at += object.len() + 1;
    }
    let pack = packed(format!("{head}{}", inner.join("\n")).as_bytes());
    for filter in ["/Filter/FlateDecode", "/Filter[/FlateDecode]"] {
        let dict = format!("/Type/ObjStm/N 3/First {}{filter}", head.len());
        let trailer = stream(6, "/Type/XRef/Root 1 0 R/W[1 2 1]/Size 7", &[0; 12]);
        let file = [b"%PDF-1.5\n".to_vec(), stream(5, &dict, &pack), trailer, b"startxref\n0\n%%EOF".to_vec()].concat();
        assert_eq!(size(&file), (297, 420, false));
        let locked = [file, stream(7, "/Type/XRef/Root 1 0 R/Encrypt 9 0 R", b"")].concat();
        assert_eq!(paper(&locked), Err(Unread::Locked));
    }
}

#[test]
fn what_was_added_to_the_end_counts() {
    let first = page("/MediaBox[0 0 100 100]", "");
    let added = b"3 0 obj\n<</Type/Page/MediaBox[0 0 841.89 1190.55]>>\nendobj\ntrailer\n<</Root 1 0 R/Prev 9>>\n";
    assert_eq!(size(&[first, added.to_vec()].concat()), (297, 420, false));
}

#[test]
fn the_demonstration_is_read() {
    for (path, expected) in [("green-poster/green-a3", (297, 420)), ("service-poster/service-a3", (297, 420))] {
        let disk = format!("{}/content/posters/{path}.pdf", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(disk).unwrap();
        let (width, height, _) = size(&bytes);
        assert_eq!((width, height), expected);
        assert_eq!(paper(&bytes).unwrap().pages, 1);
        // A download that broke off has no trailer.
        assert_eq!(paper(&bytes[..bytes.len() / 2]), Err(Unread::Damaged));
    }
}

/// Reads on a small stack, and says how long it took.
fn on_a_small_stack(bytes: Vec<u8>) -> (Result<Paper, Unread>, Duration) {
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(move || {
        let start = Instant::now();
        (paper(&bytes), start.elapsed())
    });
    thread.unwrap().join().unwrap()
}

#[test]
fn hostile_files_cost_little_and_overflow_nothing() {
    let catalogue = "<</Type/Catalog/Pages 2 0 R>>";
    let deep = |open: &str| format!("<</Type/Catalog/Pages 2 0 R/X {}>>", open.repeat(200_000));
    let mut diamond = vec![catalogue.to_string()];
    diamond.extend((3..60).map(|next| format!("<</Kids[{next} 0 R {next} 0 R]>>")));
    let diamond: Vec<&str> = diamond.iter().map(String::as_str).collect();
    let mut chain = vec![catalogue.to_string()];
    chain.extend((3..100_000).map(|next| format!("<</Kids[{next} 0 R]>>")));
    let chain: Vec<&str> = chain.iter().map(String::as_str).collect();
    let kids = format!("<</Kids[{}]>>", "3 0 R ".repeat(150_000));
    let bomb = packed(&packed(&vec![0; 64 << 20]));
    let once = packed(&vec![b' '; 65 << 20]);
    let mut same = b"%PDF-1.5\n".to_vec();
    // A hundred thousand names for one large object.
    let head: String = (2..100_000).map(|number| format!("{number} 0 ")).collect();
    let body = format!("{head}<</Kids[{}]>>", (2..90_000).map(|n| format!("{n} 0 R ")).collect::<String>());
    same.extend(b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
    same.extend(stream(200_000, &format!("/Type/ObjStm/N 99998/First {}", head.len()), body.as_bytes()));
    same.extend(b"trailer<</Root 1 0 R>>");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nested arrays", file(&[&deep("[")])),
        ("nested dictionaries", file(&[&deep("<</A ")])),
        ("nested brackets", file(&[&deep("(")])),
        ("a circle", file(&[catalogue, "<</Kids[2 0 R]>>"])),
        ("a circle of references", file(&[catalogue, "3 0 R", "2 0 R"])),
        ("a diamond", file(&diamond)),
        ("a chain", file(&chain)),
        ("many kids", file(&[catalogue, &kids])),
        ("objects without end", "1 0 obj (\n".repeat(400_000).into_bytes()),
        ("dictionaries without end", "1 0 obj <<\n".repeat(400_000).into_bytes()),
        ("streams without end", "1 0 obj <<>> stream\n".repeat(400_000).into_bytes()),
        ("trailers without end", "trailer<<".repeat(400_000).into_bytes()),
        ("packed twice", stream(1, "/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]", &bomb)),
        ("packed small", stream(1, "/Type/ObjStm/N 9/First 4/Filter/FlateDecode", &once)),
        ("one object under many names", same),
        ("absurd numbers", file(&["<</Type/Catalog/Pages 4294967296 0 R/X 99999999999999999999999 -+-. 0 R>>"])),
        ("absurd lengths", stream(1, "/Type/ObjStm/N 999999999/First 999999999", b"1 99999999999999999999 2 -7")),
        ("a size of nothing", page("/MediaBox[0 0 0 0]", "")),
        ("a size without end", page("/MediaBox[0 0 1e99 99999999999]/UserUnit 99999999", "")),
        ("nothing", Vec::new()),
    ];
    for (name, bytes) in cases {
        let (read, took) = on_a_small_stack(bytes);
        assert_eq!(read, Err(Unread::Damaged), "{name}");
        assert!(took < Duration::from_secs(10), "{name}: {took:?}");
    }
}

#[test]
fn ten_thousand_changes_never_panic() {
    let mut random = fastrand::Rng::with_seed(17);
    let pack = packed(b"4 0 <</Type/Font>>");
    let sound = [
        page("/MediaBox[0 0 841.89 1190.55]/TrimBox[9 9 800 1100]/Rotate 90/X(\\)())/Y<AB>%c\n", "/CropBox[1 1 9 9]"),
        stream(9, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &pack),
    ]
    .concat();
    for _ in 0..10_000 {
        let mut bytes = sound.clone();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(..bytes.len().max(1));
            match random.u8(..4) {
                _ if bytes.len() < 2 => break,
                0 => drop(bytes.remove(at)),
                1 => bytes.truncate(at + 1),
                2 => bytes.insert(at, b"()<>[]/%0R"[random.usize(..10)]),
                _ => bytes[at] = random.u8(..),
            }
        }
        let _ = paper(&bytes);
    }
}
