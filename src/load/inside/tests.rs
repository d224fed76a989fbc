//! Documents as office programs write them, and such as nobody should.

use std::io::{Cursor, Write};

use super::*;

#[path = "../../../tests/fixtures/office.rs"]
mod documents;

use documents::{docx, pack, pdf, xlsx};

/// What was found, as one line each.
fn found(bytes: &[u8], form: Form) -> Vec<String> {
    let inside = inside(bytes, form);
    let line = |found: &Found| format!("{} {} {:?}", found.code.id, found.count, found.examples);
    inside.found.iter().map(line).collect()
}

fn office(parts: &[(&str, &str)]) -> Inside {
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    inside(&pack(&parts), Form::Zip)
}

/// Codes and masked numbers.
fn masked(inside: &Inside) -> Vec<&str> {
    inside.found.iter().flat_map(|found| found.examples.iter().map(|(masked, _)| masked.as_str())).collect()
}

#[test]
fn words_of_a_document_are_put_together_again() {
    let bytes =
        docx("联系人：示例\n电话：13800138000\n统一社会信用代码：91140100MA0K00000X\n身份证 11010519491231002X");
    assert_eq!(
        found(&bytes, Form::Zip),
        [r#"P01 1 [("110105********002X", Part(Body))]"#, r#"P02 1 [("138****8000", Part(Body))]"#]
    );
}

#[test]
fn other_parts_of_a_document_are_read_as_well() {
    let words = |text: &str| format!("<w:x xmlns:w='w'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:x>");
    let inner = docx("里面的表 13912345678");
    let parts: Vec<(&str, Vec<u8>)> = vec![
        ("word/document.xml", words("没有").into_bytes()),
        ("word/footer1.xml", words("电话&#x31;3800138000").into_bytes()),
        ("word/comments.xml", words("请问 150 0000 0001 是谁").into_bytes()),
        ("word/settings.xml", words("18612345678").into_bytes()),
        ("word/embeddings/Microsoft_Word.docx", inner),
    ];
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let inside = inside(&pack(&parts), Form::Zip);
    assert_eq!(masked(&inside), ["150****0001", "139****5678", "138****8000"]);
    assert_eq!(inside.unread, None);
    let deleted = "<w:x xmlns:w='w'><w:p><w:del><w:r><w:delText>13800138000</w:delText></w:r></w:del></w:p></w:x>";
    assert_eq!(masked(&office(&[("word/document.xml", deleted)])), ["138****8000"]);
}

#[test]
fn numbers_of_a_spreadsheet_are_what_their_column_says() {
    let bytes =
        xlsx("姓名|联系电话|证书编号|补贴（元）\n示例|13800138000|13912345678|15000000001\n示例|139-1234-5678|x|1");
    assert_eq!(
        found(&bytes, Form::Zip),
        [concat!(
            r#"P02 2 [("138****8000", Cell { sheet: "报名表", cell: "B2" }), "#,
            r#"("139****5678", Cell { sheet: "报名表", cell: "B3" })]"#
        )]
    );
    assert_eq!(inside(&bytes, Form::Zip).rows, 3);
    let label = xlsx("证书编号|13800138000\n手机|13800138000");
    assert_eq!(found(&label, Form::Zip), [r#"P02 1 [("138****8000", Cell { sheet: "报名表", cell: "B2" })]"#]);
}

#[test]
fn words_of_a_pdf_are_found_with_their_page() {
    let bytes = pdf("第一页 12315\n---\n手机：138 0013 8000\n0351-0000000\n");
    assert_eq!(found(&bytes, Form::Pdf), [r#"P02 1 [("138****8000", Page(2))]"#]);
    assert_eq!(inside(&pdf(""), Form::Pdf).unread, Some(Unread::NoText));
    assert_eq!(inside(b"%PDF-1.7\ngarbage", Form::Pdf).unread, Some(Unread::Damaged));
}

#[test]
fn glyphs_that_stand_together_are_one_number() {
    let page = |content: &str| {
        let font = "<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding /FirstChar 48 /Widths [556 556 556 556 556 556 556 556 556 556] >>";
        format!(
            "%PDF-1.4\n1 0 obj\n<< /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Kids [3 0 R] >>\nendobj\n3 0 obj\n<< /Resources << /Font << /F {font} /G 4 0 R >> >> /Contents 5 0 R >>\nendobj\n4 0 obj\n{font}\nendobj\n5 0 obj\n<< >>\nstream\n{content}\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n"
        )
    };
    let masked = |content: &str| found(page(content).as_bytes(), Form::Pdf).len();
    assert_eq!(masked("BT /G 10 Tf [(138) -20 (0013) 15 (8000)] TJ ET"), 1);
    assert_eq!(masked("BT /G 10 Tf 1 0 0 1 10 700 Tm (1380013) Tj 1 0 0 1 48.92 700 Tm (8000) Tj ET"), 1);
    // The next column, and the next line.
    assert_eq!(masked("BT /G 10 Tf 1 0 0 1 10 700 Tm (1380013) Tj 1 0 0 1 90 700 Tm (8000) Tj ET"), 0);
    assert_eq!(masked("BT /G 10 Tf 12 TL (1380013) Tj T* (8000) Tj ET"), 0);
    assert_eq!(masked("q BT /G 10 Tf (\\061\\063\\0700013800\\\n0) Tj ET Q"), 1);
}

#[test]
fn files_in_an_archive_are_looked_into() {
    let inner = pack(&[("电话.csv", "示例,15000000001".as_bytes())]);
    let archive = pack(&[
        ("材料/", b""),
        ("材料/联系表.docx", &docx("电话 13800138000")),
        ("材料/报名.xlsx", &xlsx("姓名|电话\n示例|13912345678")),
        ("材料/通知.pdf", &pdf("手机：18612345678")),
        ("更多.zip", &inner),
        ("照片.jpg", b"13700000000"),
    ]);
    let inside = inside(&archive, Form::Zip);
    assert_eq!(inside.unread, None);
    assert_eq!(inside.found.len(), 1);
    let entry = |masked: &str, name: &str| (masked.to_string(), Spot::Entry(name.to_string()));
    assert_eq!(inside.found[0].count, 4);
    // In the order of the names; what lies in an inner archive is told with the name of that.
    assert_eq!(
        inside.found[0].examples,
        [entry("150****0001", "更多.zip"), entry("139****5678", "报名.xlsx"), entry("138****8000", "联系表.docx")]
    );
    let old = pack(&[("a.doc", b"\xD0\xCF\x11\xE0 ..."), ("b.txt", b"13800138000")]);
    assert_eq!(super::inside(&old, Form::Zip).unread, Some(Unread::Old));
    assert_eq!(super::inside(&old, Form::Zip).found.len(), 1);
    let mut nested = pack(&[("a.txt", b"13800138000")]);
    for _ in 0..4 {
        nested = pack(&[("a.zip", &nested)]);
    }
    assert_eq!(super::inside(&nested, Form::Zip).unread, Some(Unread::TooLarge));
}

/// A file of these objects, numbered from 1, of which the first is the root.
fn paper_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        file.extend([format!("{} 0 obj\n", index + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    file.extend(b"trailer\n<< /Root 1 0 R >>\n");
    file
}

#[test]
fn fields_and_notes_of_a_pdf_are_read() {
    let file = |notes: &str, more: &[&str]| {
        let page = format!("<< /Type /Page /Parent 2 0 R /Annots {notes} >>");
        let objects = ["<< /Pages 2 0 R >>", "<< /Kids [3 0 R] >>", &page].into_iter().chain(more.iter().copied());
        paper_of(&objects.map(|object| object.as_bytes().to_vec()).collect::<Vec<_>>())
    };
    let unicode: String = "手机：13912345678".encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let unicode = format!("<< /Subtype /Widget /Parent << /V <FEFF{unicode}> >> >>");
    let field = "<< /Subtype /Widget /V (1380013\\\n8000) >>";
    let note = "<< /Subtype /Text /Contents (\\061\\0650 0000 0001) >>";
    let inside = inside(&file("[4 0 R 5 0 R 6 0 R]", &[field, &unicode, note]), Form::Pdf);
    assert_eq!(masked(&inside), ["138****8000", "139****5678", "150****0001"]);
    assert_eq!(inside.found[0].examples[0].1, Spot::Page(1));
    let form = "<< /Subtype /Form /Resources << /Font << /F << /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding >> >> >> >>\nstream\nBT /F 9 Tf (13800138000) Tj ET\nendstream";
    let font = form.replace("<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding >>", "6 0 R");
    let shown = file(
        "4 0 R",
        &[
            "[<< /Subtype /Widget /AP << /N 5 0 R >> >>]",
            &font,
            "<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding >>",
        ],
    );
    assert_eq!(masked(&super::inside(&shown, Form::Pdf)), ["138****8000"]);
    // A field that belongs to itself, and more notes than anybody writes.
    let own = "<< /Parent 4 0 R >>";
    assert!(super::inside(&file("[4 0 R]", &[own]), Form::Pdf).found.is_empty());
    let many = format!("[{}]", "4 0 R ".repeat(100_000));
    assert_eq!(super::inside(&file(&many, &[own]), Form::Pdf).unread, Some(Unread::TooLarge));
}

#[test]
fn pages_packed_by_lzw_are_read() {
    use weezl::{BitOrder, encode::Encoder};

    let font = b"<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding >>".to_vec();
    let words = format!("BT /F 9 Tf 12 TL {} T* (13800138000) Tj ET", "(abc) Tj ".repeat(3000));
    for (early, dict) in [(true, ""), (false, "/DecodeParms << /EarlyChange 0 >>")] {
        let mut encoder = match early {
            true => Encoder::with_tiff_size_switch(BitOrder::Msb, 8),
            false => Encoder::new(BitOrder::Msb, 8),
        };
        let packed = encoder.encode(words.as_bytes()).unwrap();
        let head = format!("<< /Filter /LZWDecode {dict} /Length {} >>\nstream\n", packed.len());
        let content = [head.as_bytes(), &packed, b"\nendstream"].concat();
        let page = b"<< /Type /Page /Resources << /Font << /F 5 0 R >> >> /Contents 4 0 R >>".to_vec();
        let objects = [b"<< /Pages 2 0 R >>".to_vec(), b"<< /Kids [3 0 R] >>".to_vec(), page, content, font.clone()];
        assert_eq!(masked(&inside(&paper_of(&objects), Form::Pdf)), ["138****8000"], "early: {early}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    assert_eq!(inside(b"PK\x03\x04 broken", Form::Zip).unread, Some(Unread::Damaged));
    assert_eq!(office(&[("a.jpg", "13800138000")]).unread, Some(Unread::NoText));
    assert_eq!(office(&[("word/document.xml", "<w:p/>")]).unread, Some(Unread::NoText));
    let whole = docx(&"示例文字，13800138000。\n".repeat(500));
    for cut in [whole.len() / 2, whole.len() - 10, 30] {
        assert_eq!(inside(&whole[..cut], Form::Zip).unread, Some(Unread::Damaged));
    }
}

#[test]
fn a_bomb_costs_little() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..80 {
        zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert_eq!(inside(&bomb, Form::Zip).unread, Some(Unread::TooLarge));
    let inner = pack(&[("word/document.xml", b"<p><t>x</t></p>"), ("word/embeddings/a.docx", &bomb)]);
    assert_eq!(inside(&inner, Form::Zip).unread, Some(Unread::TooLarge));
}

#[test]
fn many_entries_and_deep_nesting_stop_nothing() {
    let mut many = Vec::new();
    for _ in 0..100_000 {
        many.extend(b"PK\x01\x02");
    }
    assert_eq!(inside(&many, Form::Zip).unread, Some(Unread::TooLarge));
    let deep = format!("{}<w:t>13800138000</w:t>", "<w:p><w:tbl>".repeat(100_000));
    assert_eq!(masked(&office(&[("word/document.xml", &deep)])), ["138****8000"]);
    let wide = format!("<c {}>", "r='A1' ".repeat(200_000));
    assert_eq!(office(&[("xl/worksheets/sheet1.xml", &wide)]).unread, None);
    let entities = "<!DOCTYPE x [<!ENTITY a 'xx'><!ENTITY b '&a;&a;'>]><p><t>&b;&b;13800138000</t></p>";
    assert_eq!(masked(&office(&[("word/document.xml", entities)])), ["138****8000"]);
}

#[test]
fn documents_of_garbage_stop_nothing() {
    let mut dice = fastrand::Rng::with_seed(7);
    let models = [
        (docx("示例 13800138000\n表"), Form::Zip),
        (xlsx("电话|13800138000\n示例|1"), Form::Zip),
        (pdf("手机：13800138000\n---\n示例\n"), Form::Pdf),
    ];
    for _ in 0..150 {
        for (model, form) in &models {
            let mut bytes = model.clone();
            for _ in 0..dice.usize(1..12) {
                let at = dice.usize(0..bytes.len());
                bytes[at] = dice.u8(..);
            }
            drop(inside(&bytes, *form));
        }
    }
    let signs: Vec<&[u8]> = vec![
        b"BT ", b"ET ", b"(", b")", b"<", b">", b"<<", b">>", b"[", b"]", b"/F1 ", b"12 ", b"Tf ", b"Tj ", b"TJ ",
        b"Td ", b"q ", b"Q ", b"cm ", b"Do ", b"\\", b"BI ID ", b" EI ", b"1e999 ", b"-", b"Tm ", b"'", b"\"", b"\xff",
        b"%",
    ];
    for _ in 0..150 {
        let content: Vec<u8> = (0..200).flat_map(|_| signs[dice.usize(0..signs.len())].to_vec()).collect();
        let mut bytes = pdf("");
        let at = bytes.windows(6).position(|window| window == b"BT /F1").unwrap();
        bytes.splice(at..at, content);
        drop(inside(&bytes, Form::Pdf));
    }
}
