//! Posters that were supplied as files.

use super::*;

fn supplied(files: &[(&str, &str)]) -> Project {
    let project = project(CAMPAIGN, OPEN_DAY);
    let rows: String = files.iter().map(|(name, _)| format!("  - path: {name}\n")).collect();
    for (name, from) in files {
        project.write(&format!("content/posters/p/{name}"), std::fs::read(workshop::repository().join(from)).unwrap());
    }
    project.write(
        "content/posters/p/index.md",
        format!("---\ntitle: 省局海报\ncampaign: c\nalt: 海报\nfiles:\n{rows}---\n\n说明。\n"),
    );
    project
}

#[test]
fn a_small_picture_is_made_of_a_pdf_or_a_picture() {
    for from in ["content/posters/green-poster/green-a3.pdf", "content/posters/green-poster/green-1500.png"] {
        let name = from.rsplit('/').next().unwrap();
        let project = supplied(&[(name, from)]);
        let built = project.build();
        let preview = &built["posters/p/p-thumbnail.png"];
        let width = u32::from_be_bytes(preview[16..20].try_into().unwrap());
        assert_eq!(width, 480);
        let page = String::from_utf8_lossy(&built["posters/index.html"]).into_owned();
        assert!(page.contains("p-thumbnail.png") && page.contains(name), "{page}");
        assert!(built.contains_key(&format!("posters/p/{name}")));
    }
}

#[test]
fn supplied_files_go_into_the_pack_of_their_campaign() {
    let project = supplied(&[("a.pdf", "content/posters/green-poster/green-a3.pdf")]);
    let press = press(project.folder(), &[Format::A4]);
    let pack = bytes(&press, "posters/c/c-posters.zip");
    let zip = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["c-a4.pdf", "supplied/p/a.pdf", "SHA256SUMS.txt"]);
}

#[test]
fn g18_a_ruined_file_is_told_and_does_no_harm() {
    let whole = std::fs::read(workshop::repository().join("content/posters/green-poster/green-1500.png")).unwrap();
    let project = supplied(&[("a.png", "content/posters/green-poster/green-1500.png")]);
    project.write("content/posters/p/a.png", &whole[..whole.len() / 3]);
    let ran = project.site("build --format json");
    assert_eq!(ran.faults(), ["W166"], "what was cut short is offered with a word: {}", ran.told());
    assert!(!project.public().contains_key("posters/p/p-thumbnail.png"));
    let mut ruined = whole.clone();
    ruined[whole.len() / 3..whole.len() / 2].fill(0);
    project.write("content/posters/p/a.png", ruined);
    let ran = project.site("build --format json");
    assert!(ran.code == 1 && ran.codes().contains(&"E154".to_string()), "{}", ran.told());
}

#[test]
fn a_pdf_that_stops_its_reader_stops_nothing_else() {
    // Arrays in arrays exhaust the stack of the reader of PDFs; it runs in a process of its own.
    let depth = 2_000_000;
    let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_string(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_string(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>".to_string(),
        format!("<</Length {}>>\nstream\n{nested}\nendstream", nested.len()),
    ];
    let (mut pdf, mut places) = (String::from("%PDF-1.7\n"), Vec::new());
    for (number, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let table = pdf.len();
    let rows: String = places.iter().map(|at| format!("{at:010} 00000 n \n")).collect();
    pdf.push_str(&format!(
        "xref\n0 5\n0000000000 65535 f \n{rows}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
    ));
    let project = supplied(&[("a.pdf", "content/posters/green-poster/green-a3.pdf")]);
    project.write("content/posters/p/a.pdf", pdf);
    for command in ["check --format json", "build --format json"] {
        let ran = project.site(command);
        assert!([0, 1].contains(&ran.code), "{command}: {}", ran.told());
        let codes = ran.faults();
        assert!(codes.iter().all(|code| ["E154", "W164", "W161"].contains(&code.as_str())), "{codes:?}");
    }
}
