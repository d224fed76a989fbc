//! What is kept from one build to the next, and what makes it new.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use site::typeset::{Key, Products};

use super::*;

/// Remembers which products were asked for and which had to be made.
#[derive(Default)]
struct Counting {
    kept: site::typeset::store::InMemory,
    made: Mutex<Vec<Key>>,
}

struct Shared(Arc<Counting>);

impl Products for Shared {
    fn get(&self, key: &Key) -> Option<Arc<[u8]>> {
        self.0.kept.get(key)
    }

    fn put(&self, key: &Key, bytes: &Arc<[u8]>) {
        self.0.made.lock().unwrap().push(key.clone());
        self.0.kept.put(key, bytes);
    }
}

/// Builds with a store of its own and gives the number of products that had to be made.
fn made(project: &Project, counting: &Arc<Counting>) -> usize {
    counting.made.lock().unwrap().clear();
    let store = Arc::new(Store::new(Shared(counting.clone())));
    let press = publication(&Order { store, ..Order::of(project.folder(), day()) }).press.unwrap();
    let never = AtomicBool::new(false);
    for (out, made) in site::outputs(&press, &never) {
        made.unwrap_or_else(|findings| panic!("{out}: {findings:#?}"));
    }
    counting.made.lock().unwrap().len()
}

#[test]
fn a_build_in_which_no_poster_changed_renders_none() {
    let project = project(CAMPAIGN, OPEN_DAY);
    let counting = Arc::default();
    // Two pages, each with three formats and a preview, and the picture of the site.
    assert_eq!(made(&project, &counting), 9);
    assert_eq!(made(&project, &counting), 0);
    project.write("content/campaigns/c.md", format!("---\n{CAMPAIGN}\n---\n\n别的正文，不在海报上。\n"));
    assert_eq!(made(&project, &counting), 0, "the body is on no poster");
    project.write("content/campaigns/c.md", format!("---\n{}\n---\n\n正文。\n", CAMPAIGN.replace("进社区", "进校园")));
    assert_eq!(made(&project, &counting), 4, "only the campaign's own posters");
    project.write("themes/default/posters/extra.txt", "x");
    assert_eq!(made(&project, &counting), 9, "another theme");
}

#[test]
fn the_disk_keeps_what_a_build_made_and_loses_nothing_that_counts() {
    let project = project(CAMPAIGN, OPEN_DAY);
    let first = project.build();
    let kept = || workshop::names(&project.path(".site/print"));
    let before = kept();
    assert_eq!(before.len(), 9);
    workshop::assert_same(&first, &project.build(), "a second build");
    assert_eq!(kept(), before);
    for name in &before {
        project.write(&format!(".site/print/{name}"), "cut");
    }
    workshop::assert_same(&first, &project.build(), "a build over a ruined memory");
    std::fs::remove_dir_all(project.path(".site")).unwrap();
    workshop::assert_same(&first, &project.build(), "a build without memory");
    project.write(".site/print/new-1-1", "left by a build that was killed");
    project.build();
    assert_eq!(kept(), before);
}

#[test]
fn check_makes_no_file_and_finds_what_a_build_finds() {
    let slogan = "质量强国".repeat(60);
    let project = project(&CAMPAIGN.replace("有机产品认证：护航消费升级 优享品质生活", &slogan), OPEN_DAY);
    let checked = project.site("check --format json");
    assert!(checked.codes().contains(&"E171".to_string()), "{}", checked.told());
    assert!(!project.path(".site").exists());
    let built = project.site("build --format json");
    assert_eq!(built.codes(), checked.codes(), "{}", built.told());
    assert!(!project.path("public").exists());
}

#[test]
fn a_site_without_posters_reads_no_font() {
    let project = project(CAMPAIGN, OPEN_DAY);
    project.write("content/site.yaml", format!("{}posters: []\n", workshop::CONFIG));
    // A font that cannot be read is told as soon as one is wanted.
    project.write("themes/default/fonts/NotoSansSC-Regular.woff2", "no font");
    let built = project.build();
    assert!(!built.keys().any(|name| name.starts_with("public/posters/c")), "{:?}", built.keys());
    project.write("content/site.yaml", workshop::CONFIG);
    let ran = project.site("build --format json");
    assert!(ran.codes().contains(&"E208".to_string()), "{}", ran.told());
}
