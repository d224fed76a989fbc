//! `site poster`.

use super::*;

#[test]
fn one_poster_at_once() {
    let project = project(CAMPAIGN, OPEN_DAY);
    let ran = project.site("poster c");
    assert_eq!(ran.code, 0, "{}", ran.told());
    assert_eq!(workshop::names(&project.path("printed")), ["c-a3.pdf", "c-a4.pdf", "c-wechat.png"]);
    let ran = project.site("poster o --format led,wechat-cover --out somewhere/else");
    assert_eq!(ran.code, 0, "{}", ran.told());
    assert_eq!(workshop::names(&project.path("somewhere/else")), ["o-led.png", "o-wechat-cover.png"]);
    assert!(!project.path("public").exists());
}

#[test]
fn the_same_bytes_as_a_build() {
    let project = project(CAMPAIGN, OPEN_DAY);
    let built = project.build();
    assert_eq!(project.site("poster c").code, 0);
    for name in ["c-a3.pdf", "c-a4.pdf", "c-wechat.png"] {
        assert_eq!(
            std::fs::read(project.path(&format!("printed/{name}"))).unwrap(),
            built[&format!("posters/c/{name}")]
        );
    }
}

#[test]
fn a_page_is_named_as_people_name_it() {
    let project = project(CAMPAIGN, OPEN_DAY);
    for name in [
        "c",
        "campaigns/c",
        "/campaigns/c/",
        "content/campaigns/c.md",
        "content\\campaigns\\c.md",
        "有机产品认证宣传周",
    ] {
        let ran = project.run(["poster", name, "--format", "wechat-square", "--today", TODAY]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.told());
    }
    let ran = project.run(["poster", "campaign/c", "--today", TODAY]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("现有：c、o"), "{}", ran.told());
}

#[test]
fn a_draft_has_a_poster_and_a_word_about_it() {
    let project = project(CAMPAIGN, &format!("draft: true\n{OPEN_DAY}"));
    let ran = project.site("poster o --format a4");
    assert!(ran.code == 0 && ran.out.contains("还没有公开"), "{}", ran.told());
}

#[test]
fn mistakes_elsewhere_do_not_stand_in_the_way() {
    let project = project(CAMPAIGN, OPEN_DAY);
    project.write("content/news/x.md", "---\ntitle：坏\n---\n");
    assert_eq!(project.site("poster c --format a4").code, 0);
    project.write("content/campaigns/c.md", format!("---\n{CAMPAIGN}\nstart: 坏\n---\n"));
    let ran = project.site("poster c --format a4");
    assert_ne!(ran.code, 0, "{}", ran.told());
}

#[test]
fn a_site_that_makes_no_posters_may_want_one_now() {
    let project = project(CAMPAIGN, OPEN_DAY);
    project.write("content/site.yaml", format!("{}posters: []\n", workshop::CONFIG));
    assert_eq!(project.site("poster c").code, 0);
    assert_eq!(workshop::names(&project.path("printed")), ["c-a3.pdf", "c-a4.pdf", "c-wechat.png"]);
    let ran = project.run(["poster", "c", "--base-url", "http://localhost/", "--today", TODAY]);
    assert!(ran.code == 1 && ran.out.contains("没有写入任何文件"), "{}", ran.told());
}

#[test]
fn wrong_formats_and_folders_are_refused() {
    let project = project(CAMPAIGN, OPEN_DAY);
    let ran = project.site("poster c --format a3,a5");
    assert!(ran.code == 1 && ran.out.contains("没有“a5”这种海报格式"), "{}", ran.told());
    for folder in ["content/posters", "themes/default", "public/x", ".site", ".git/x"] {
        let ran = project.site(&format!("poster c --format a4 --out {folder}"));
        assert!(ran.code == 1 && ran.out.contains("E301"), "{folder}: {}", ran.told());
        assert!(!project.path(folder).exists());
    }
    for folder in ["printed/../content/x", "link"] {
        #[cfg(unix)]
        drop(std::os::unix::fs::symlink(project.path("content"), project.path("link")));
        std::fs::create_dir_all(project.path("printed")).unwrap();
        let before = project.sources();
        let ran = project.site(&format!("poster c --format a4 --out {folder}"));
        assert!(ran.code == 1 && ran.out.contains("E301"), "{folder}: {}", ran.told());
        workshop::assert_same(&before, &project.sources(), folder);
    }
    let ran = project.site("poster c --format a4,json");
    assert_eq!(ran.document()["made"][0]["file"], "c-a4.pdf", "{}", ran.told());
}
