//! Slogans of 4 to 40 characters, names of 40, Latin titles, rare characters, nothing given at all: each format holds
//! them inside its page, readable, in few lines, without a lonely character.

use super::*;

/// The least size of text in points, by format.
fn least(format: Format) -> f64 {
    match format {
        Format::WeChat | Format::Led => 20.0,
        Format::A4 => 7.5,
        Format::WeChatCover | Format::WeChatSquare => 9.0,
        _ => 9.0,
    }
}

/// Faults of a sheet that any sheet may have.
fn faults(format: Format, laid: &Laid) -> Vec<String> {
    let (width, height) = laid.size(0).unwrap();
    let mut faults = Vec::new();
    if laid.pages() != 1 {
        faults.push(format!("{} pages", laid.pages()));
    }
    for placed in laid.texts() {
        let inside = placed.x >= -0.5 && placed.x + placed.width <= width + 0.5 && placed.y > 0.0 && placed.y <= height;
        if !inside {
            faults
                .push(format!("“{}” stands at {:.0},{:.0} of {width:.0}×{height:.0}", placed.text, placed.x, placed.y));
        }
        if placed.size < least(format) {
            faults.push(format!("“{}” is {:.1} points small", placed.text, placed.size));
        }
    }
    faults
}

/// The lines of the slogan: what stands in the largest size.
fn headline(laid: &Laid) -> Vec<String> {
    let texts = laid.texts();
    let largest = texts.iter().map(|placed| placed.size).fold(0.0, f64::max);
    let mut lines: Vec<(f64, String)> = Vec::new();
    // What the slogan has in smaller print (before its colon) is at least a third as large.
    for placed in texts.iter().filter(|placed| placed.size >= largest / 1.05) {
        match lines.last_mut() {
            Some((y, line)) if (*y - placed.y).abs() < 1.0 => line.push_str(&placed.text),
            _ => lines.push((placed.y, placed.text.clone())),
        }
    }
    lines.into_iter().map(|(_, line)| line.trim().to_string()).filter(|line| !line.is_empty()).collect()
}

fn check(project: &Project, slug: &str, formats: &[Format], holds: &[&str]) {
    let press = press(project.folder(), &Format::ALL);
    let mut wrong = Vec::new();
    for format in formats {
        let word = format.about().word;
        match laid(&press, slug, *format) {
            Err(findings) => wrong.push(format!("{word}: {findings:?}")),
            Ok(laid) => {
                wrong.extend(faults(*format, &laid).into_iter().map(|fault| format!("{word}: {fault}")));
                let words = words(&laid);
                let lost = holds.iter().filter(|text| !words.contains(&flat(text)));
                wrong.extend(lost.map(|text| format!("{word} lacks “{text}” in {words}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The formats that carry everything a poster must; A2 and files for print shops are laid out as A3 is.
const WHOLE: [Format; 5] = [Format::A3, Format::A4, Format::WeChat, Format::RollUp, Format::XStand];
/// Those every site makes.
const DEFAULT: [Format; 3] = Format::DEFAULT;

#[test]
fn every_format_has_the_slogan_the_hotline_and_the_address() {
    let address = "www.example.gov.cn/zt/campaigns/c/";
    let slogan = "有机产品认证：护航消费升级优享品质生活";
    let project = project(CAMPAIGN, OPEN_DAY);
    check(&project, "c", &WHOLE, &[slogan, "12315", address, "2022年9月19日至23日", "示例市市场监督管理局", "进社区"]);
    let facts = [
        "示例检测中心",
        "9月22日",
        "09:00–11:30",
        "示例市示例路1号",
        "质量小课堂",
        "12315",
        "www.example.gov.cn/zt/open-days/o/",
    ];
    check(&project, "o", &WHOLE, &facts);
    check(&project, "c", &[Format::Led, Format::WeChatCover], &[slogan]);
    check(&project, "c", &Format::ALL, &[]);
    check(&project, "o", &Format::ALL, &[]);
}

#[test]
fn slogans_of_four_to_forty_characters_break_by_meaning() {
    let slogans = [
        "质量为民",
        "服务认证促发展惠民生",
        "检验检测促进高质量发展",
        "绿色产品认证：践行双碳目标 守护绿水青山",
        "推动质量变革创新促进质量强国建设",
        "检验检测服务千家万户：走进实验室 看懂检测报告 放心每一天",
        "认证认可检验检测服务高质量发展满足人民群众对美好生活的新期待和新要求",
    ];
    for slogan in slogans {
        let project = project(&format!("title: 示例宣传周\nslogan: {slogan}\ncolor: green"), OPEN_DAY);
        let press = press(project.folder(), &Format::ALL);
        for format in DEFAULT {
            let word = format.about().word;
            let laid = laid(&press, "c", format).unwrap_or_else(|findings| panic!("{slogan}: {findings:#?}"));
            let faults = faults(format, &laid);
            assert!(faults.is_empty(), "{word} {slogan}: {faults:#?}");
            assert!(words(&laid).contains(&flat(slogan)), "{word}: {slogan}");
            let lines = headline(&laid);
            assert!(lines.iter().all(|line| line.chars().count() > 1), "{word}: a lonely character in {lines:?}");
            let opens = |line: &String| line.starts_with(['，', '。', '、', '：', '；', '！', '？', '”', '》', '）']);
            assert!(!lines.iter().any(opens), "{word}: {lines:?}");
        }
    }
}

#[test]
fn a_slogan_breaks_at_its_colon_and_its_space() {
    let press = press(project(CAMPAIGN, OPEN_DAY).folder(), &Format::ALL);
    for format in [Format::A3, Format::A4] {
        let lines = headline(&laid(&press, "c", format).unwrap());
        let parts = ["有机产品认证：", "护航消费升级", "优享品质生活"];
        assert!(lines.iter().all(|line| parts.contains(&line.as_str())), "{lines:?}");
    }
}

#[test]
fn long_names_and_latin_titles_fit() {
    let institution = "山西省运城市示例经济技术开发区国家果品及苹果制品质量检验检测中心有限责任公司盐湖分";
    assert_eq!(institution.chars().count(), 41);
    let title = "走进实验室看一份蔬菜样品从田头到报告的全部旅程：示例市检验检测机构联合开放日暨质量月群众体验活动";
    let open_day = OPEN_DAY.replace("示例开放日", title);
    let project = project_with(CAMPAIGN, institution, &open_day);
    check(&project, "o", &DEFAULT, &[institution, title]);
    let latin = "title: Organic Product Certification Publicity Week\nslogan: Certification Makes Everyday Life Better and Safer for All";
    let project = super::project(latin, OPEN_DAY);
    check(&project, "c", &WHOLE, &["Certification Makes Everyday Life Better and Safer for All"]);
    check(&project, "c", &[Format::Led, Format::WeChatCover, Format::WeChatSquare], &[]);
}

#[test]
fn a_name_of_an_organizer_breaks_only_where_it_is_longer_than_a_line() {
    let names = ["山西省市场监督管理局", "各市市场监督管理局", "示例市经济和信息化局"];
    let campaign = CAMPAIGN.replace("示例市市场监督管理局", &names.join(", "));
    let press = press(project(&campaign, OPEN_DAY).folder(), &Format::ALL);
    for format in WHOLE {
        let mut lines: Vec<(f64, String)> = Vec::new();
        for placed in laid(&press, "c", format).unwrap().texts() {
            match lines.iter_mut().find(|(y, _)| (y - placed.y).abs() < 0.5) {
                Some((_, line)) => line.push_str(&placed.text),
                None => lines.push((placed.y, placed.text)),
            }
        }
        for name in names {
            assert!(lines.iter().any(|(_, line)| line.contains(name)), "{}: {name} in {lines:?}", format.about().word);
        }
        assert!(lines.iter().all(|(_, line)| !line.starts_with('、')), "{lines:?}");
    }
    let long = "示例市市场监督管理局和示例市农业农村局".repeat(4);
    check(&project(&CAMPAIGN.replace("示例市市场监督管理局", &long), OPEN_DAY), "c", &WHOLE, &[&long]);
}

#[test]
fn rare_characters_are_set_or_told_but_never_an_empty_box() {
    let project = project(&CAMPAIGN.replace("进社区", "龘堃珺镕𬭚𫓶"), OPEN_DAY);
    check(&project, "c", &[Format::A3], &["龘堃珺镕𬭚𫓶"]);
    for (rare, point) in [('𠮷', "U+20BB7"), ('😀', "U+1F600")] {
        let project = super::project(&CAMPAIGN.replace("进社区", &format!("走进{rare}野家")), OPEN_DAY);
        let press = press(project.folder(), &Format::ALL);
        for format in [Format::A3, Format::WeChat] {
            let findings = laid(&press, "c", format).unwrap_err();
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert_eq!(findings[0].code.id, "E170");
            assert!(findings[0].message.zh.contains(point), "{}", findings[0].message.zh);
            assert_eq!(findings[0].place.path.as_str(), "content/campaigns/c.md");
        }
    }
}

#[test]
fn a_private_character_is_named_by_its_code_point() {
    // The reader of pages refuses it (T07); fonts and templates of other themes may still meet one.
    let press = press(project(CAMPAIGN, OPEN_DAY).folder(), &Format::ALL);
    let mut sheet = sheet(&press, "c", Format::A3);
    sheet.data["name"] = serde_json::json!("有机\u{F1234}周");
    let findings = press.typesetter.lay(&sheet).unwrap_err();
    assert_eq!(findings[0].code.id, "E170");
    assert!(findings[0].message.zh.contains("U+F1234"), "{}", findings[0].message.zh);
}

#[test]
fn nothing_given_leaves_no_hole_in_the_text() {
    let project = project("title: 示例宣传周\nslogan: 质量为民", "title: 示例开放日\ndate_text: 9月中下旬");
    check(&project, "c", &DEFAULT, &["质量为民", "日期待定", "12315"]);
    check(&project, "o", &DEFAULT, &["示例开放日", "9月中下旬", "12315"]);
    for slug in ["c", "o"] {
        let press = press(project.folder(), &Format::ALL);
        let words = words(&laid(&press, slug, Format::A3).unwrap());
        assert!(!words.contains("none") && !words.contains("：：") && !words.contains("主办单位"), "{words}");
    }
}

#[test]
fn what_is_called_off_says_so() {
    let open_day = format!("{OPEN_DAY}\nstatus: cancelled\nstatus_note: 因天气原因取消，开放时间另行通知。");
    check(&project(CAMPAIGN, &open_day), "o", &DEFAULT, &["已取消", "因天气原因取消"]);
}

#[test]
fn g14_what_is_too_long_is_told_with_what_fits() {
    let slogan = "质量强国".repeat(60);
    let project = project(&CAMPAIGN.replace("有机产品认证：护航消费升级 优享品质生活", &slogan), OPEN_DAY);
    let press = press(project.folder(), &Format::ALL);
    let findings = laid(&press, "c", Format::A3).unwrap_err();
    assert!(findings.iter().all(|finding| finding.code.id == "E171"), "{findings:?}");
    let told = &findings[0].message.zh;
    assert!(told.contains("大约放得下"), "{told}");
    assert!(
        findings.iter().any(|finding| finding.place.span.as_ref().is_some_and(|span| span.text.contains("slogan")))
    );
}
