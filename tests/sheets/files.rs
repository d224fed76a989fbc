//! The files: names, boxes, codes, packs, the pages that offer them.

use super::*;

/// What a QR code in a picture says, read by another program than the one that wrote it.
fn code(png: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let channels = info.color_type.samples();
    let (width, height) = (info.width as usize, info.height as usize);
    let grey = |x: usize, y: usize| {
        let at = (y * width + x) * channels;
        let sum: u32 = pixels[at..at + 3].iter().map(|part| u32::from(*part)).sum();
        (sum / 3) as u8
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().unwrap().1
}

#[test]
fn g15_the_code_on_the_picture_is_the_pages_address() {
    let press = press(project(CAMPAIGN, OPEN_DAY).folder(), &Format::DEFAULT);
    let read = |slug: &str| code(&bytes(&press, &format!("posters/{slug}/{slug}-wechat.png")));
    assert_eq!(read("c"), "https://www.example.gov.cn/zt/campaigns/c/");
    assert_eq!(read("o"), "https://www.example.gov.cn/zt/open-days/o/");
}

#[test]
fn g15_an_address_nobody_can_open_makes_no_poster() {
    for address in ["http://localhost:8080/", "http://10.1.1.2/", "https://oa/", "http://[::1]/"] {
        let project = project(CAMPAIGN, OPEN_DAY);
        let config = workshop::CONFIG.replace("https://www.example.gov.cn/zt/", address);
        project.write("content/site.yaml", config);
        let checked = project.site("check --format json");
        assert_eq!(checked.faults(), ["W174"], "{address}: {}", checked.told());
        assert!(!project.build().contains_key("posters/c/index.html"), "{address}");
        std::fs::remove_dir_all(project.path("public")).unwrap();
        let refused = project.site("build --profile production --format json");
        assert!(refused.codes().contains(&"E172".to_string()), "{}", refused.told());
        assert!(!project.path("public").exists(), "{address}");
    }
    let project = project(CAMPAIGN, OPEN_DAY);
    let long = format!("https://www.example.gov.cn/{}/", "a/".repeat(90));
    project.write("content/site.yaml", workshop::CONFIG.replace("https://www.example.gov.cn/zt/", &long));
    assert_eq!(project.site("check --format json").faults(), ["E172", "E172"]);
}

#[test]
fn files_lie_where_their_names_say() {
    let press = press(project(CAMPAIGN, OPEN_DAY).folder(), &Format::ALL);
    let own = press.plan.outputs().map(|(out, _)| out.as_str()).filter(|out| out.starts_with("posters/c/"));
    let mut expected: Vec<String> = [
        "a2.pdf",
        "a2-print.pdf",
        "a3.pdf",
        "a3.svg",
        "a3-print.pdf",
        "a4.pdf",
        "led.png",
        "posters.zip",
        "preview.png",
        "rollup.pdf",
        "wechat.png",
        "wechat-cover.png",
        "wechat-square.png",
        "x-stand.pdf",
    ]
    .map(|name| format!("posters/c/c-{name}"))
    .to_vec();
    expected.push("posters/c/index.html".to_string());
    expected.sort();
    assert_eq!(own.collect::<Vec<_>>(), expected);
}

#[test]
fn an_open_day_called_like_a_campaign_stands_aside() {
    let project = project(CAMPAIGN, OPEN_DAY);
    project.write("content/open-days/c.md", format!("---\ncampaign: c\ninstitution: i\n{OPEN_DAY}\n---\n\n正文。\n"));
    let built = project.build();
    assert!(built.contains_key("posters/c/c-a3.pdf") && built.contains_key("posters/c-open-day/c-open-day-a3.pdf"));
}

#[test]
fn a_print_file_has_its_boxes_and_a_web_file_its_claims() {
    let press = press(project(CAMPAIGN, OPEN_DAY).folder(), &Format::ALL);
    let print = String::from_utf8_lossy(&bytes(&press, "posters/c/c-a3-print.pdf")).into_owned();
    for part in ["/TrimBox[28.34", "/BleedBox [19.84", "/MediaBox[0 0"] {
        assert!(print.contains(part), "{part}");
    }
    let web = String::from_utf8_lossy(&bytes(&press, "posters/c/c-a3.pdf")).into_owned();
    for claim in ["<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<", "/Lang(zh-CN)"] {
        assert!(web.contains(claim), "{claim}");
    }
    assert!(!web.contains("/TrimBox"));
}

#[test]
fn two_machines_make_the_same_bytes() {
    let folder = project(CAMPAIGN, OPEN_DAY);
    let made = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let order = Order { formats: Format::ALL.to_vec(), ..Order::of(folder.folder(), day()) };
            let press = publication(&order).press.unwrap();
            Format::ALL.map(|format| {
                let out = press.plan.poster(
                    &site::model::PageId::new(site::load::fields::Kind::Campaign, "c"),
                    PosterPart::File(format),
                );
                bytes(&press, out.unwrap().as_str())
            })
        })
    };
    assert!(made(1) == made(3), "posters differ from one making to the next");
}

#[test]
fn g22_a_pack_is_the_same_each_time_and_holds_what_stands_beside_it() {
    let folder = project(CAMPAIGN, OPEN_DAY);
    let press = press(folder.folder(), &Format::DEFAULT);
    let pack = bytes(&press, "posters/c/c-posters.zip");
    assert_eq!(pack, bytes(&super::press(folder.folder(), &Format::DEFAULT), "posters/c/c-posters.zip"));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["c-a3.pdf", "c-a4.pdf", "c-wechat.png", "SHA256SUMS.txt"]);
    for name in &names[..3] {
        let mut file = zip.by_name(name).unwrap();
        let mut held = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut held).unwrap();
        assert_eq!(held, bytes(&press, &format!("posters/c/{name}")), "{name}");
    }
}

#[test]
fn pages_offer_posters_and_letters() {
    let project = project(CAMPAIGN, OPEN_DAY);
    project.write(
        "content/notices/n.md",
        "---\ntitle: 关于开展活动的通知\nissuer: 示例市市场监督管理局\npublished: 2022-09-05 09:00\n---\n\n正文。\n",
    );
    let built = project.build();
    let page = |name: &str| String::from_utf8_lossy(&built[name]).into_owned();
    let offers = page("posters/c/index.html");
    for part in [
        "c-a3.pdf",
        "c-a4.pdf",
        "c-wechat.png",
        "c-posters.zip",
        "297×420 mm",
        "宽 1080 像素",
        " KB",
        "有机产品认证宣传周-A3海报.pdf",
    ] {
        assert!(offers.contains(part), "{part}");
    }
    for (name, link) in [
        ("campaigns/c/index.html", "../../posters/c/index.html"),
        ("open-days/o/index.html", "../../posters/o/index.html"),
        ("posters/index.html", "../posters/c/index.html"),
        ("notices/n/index.html", "../../notices/n/n.pdf"),
        ("sitemap.xml", "https://www.example.gov.cn/zt/posters/c/"),
    ] {
        assert!(page(name).contains(link), "{name} lacks {link}");
    }
    project.write("content/site.yaml", format!("{}posters: []\nnotice_pdf: false\n", workshop::CONFIG));
    let built = project.build();
    assert!(!built.keys().any(|name| name.ends_with(".pdf") || name.starts_with("posters/c")));
    assert!(!String::from_utf8_lossy(&built["notices/n/index.html"]).contains(".pdf"));
}

#[test]
fn a_hidden_page_has_no_poster() {
    let project = project(CAMPAIGN, &format!("draft: true\n{OPEN_DAY}"));
    let built = project.build();
    assert!(!built.keys().any(|name| name.starts_with("posters/o")));
    assert!(!words(&laid(&press(project.folder(), &[Format::A3]), "c", Format::A3).unwrap()).contains("示例开放日"));
}

#[test]
fn w173_a_picture_too_heavy_for_posters_is_left_out_and_told() {
    let project = project(&format!("{CAMPAIGN}\npictures:\n  - file: heavy.png\n    alt: 现场"), OPEN_DAY);
    let mut heavy = std::fs::read(workshop::repository().join("src/commands/starter/placeholder.png")).unwrap();
    heavy.resize(13 << 20, 0);
    project.write("content/campaigns/heavy.png", heavy);
    let checked = project.site("check --format json");
    assert!(checked.codes().contains(&"W173".to_string()), "{}", checked.told());
    let sheet = sheet(&press(project.folder(), &[Format::A3]), "c", Format::A3);
    assert!(sheet.data["picture"].is_null());
}

#[test]
fn a_page_without_a_picture_of_its_own_is_shared_with_the_picture_of_the_site() {
    let shared = |pages: &workshop::Files, path: &str| {
        let page = String::from_utf8_lossy(&pages[path]).into_owned();
        let image = page.split("og:image\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
        image.map(str::to_string)
    };
    let project = project(CAMPAIGN, OPEN_DAY);
    project.write("content/site.yaml", format!("{}colors: {{main: \"#8A1F1F\"}}\n", workshop::CONFIG));
    let pages = project.build();
    let card = Some("https://www.example.gov.cn/zt/posters/site-card.png".to_string());
    for path in ["index.html", "notices/index.html", "search/index.html"] {
        let wanted = if path.starts_with("search") { None } else { card.clone() };
        assert_eq!(shared(&pages, path), wanted, "{path}");
    }
    let own = Some("https://www.example.gov.cn/zt/posters/c/c-preview.png".to_string());
    assert_eq!(shared(&pages, "campaigns/c/index.html"), own);
    let picture = png::Decoder::new(std::io::Cursor::new(&pages["posters/site-card.png"])).read_info().unwrap();
    assert_eq!((picture.info().width, picture.info().height), (1200, 630));

    let (sheet, made) = press(project.folder(), &[]).sheet(&Recipe::Card).unwrap();
    assert_eq!(made, site::model::Made::Png(1200));
    assert!(sheet.data["color"] == "#8A1F1F" && sheet.data["name"] == "示例专题", "{}", sheet.data);

    project.write("content/site.yaml", format!("{}posters: []\n", workshop::CONFIG));
    let pages = project.build();
    assert_eq!((shared(&pages, "index.html"), pages.contains_key("posters/site-card.png")), (None, false));
}

#[test]
fn titles_of_any_length_stay_on_the_picture_of_the_site() {
    let long = "2022年全国有机产品认证宣传周绿色产品认证与标识宣传周服务认证体验周和检验检测机构开放日活动专题网站";
    for (title, description) in
        [("专题", ""), (long, ""), (long, "介绍活动安排、通知、案例与预约信息。"), ("专题", long)]
    {
        let description = if description == long { long.repeat(3) } else { description.to_string() };
        let project = project(CAMPAIGN, OPEN_DAY);
        let config = workshop::CONFIG.replace("示例专题", title);
        project.write("content/site.yaml", format!("{config}description: {description}\n"));
        let press = press(project.folder(), &Format::DEFAULT);
        let (sheet, _) = press.sheet(&Recipe::Card).unwrap();
        let laid = press.typesetter.lay(&sheet).unwrap();
        assert_eq!((laid.pages(), laid.size(0)), (1, Some((1200.0, 630.0))), "{title}");
        for text in laid.texts() {
            let inside = text.x >= 0.0 && text.x + text.width <= 1200.0 && text.y >= 0.0 && text.y <= 630.0;
            assert!(inside, "{title}: {text:?}");
        }
    }
}
