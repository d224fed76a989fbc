//! What the writer says when it refuses or fails, in one place so that the sentences sound alike. The place of each
//! finding is the output folder as the user named it.

use std::io;

use super::guard::Forbidden;
use super::manifest::{Digest, Fault, NoRecord, Unreadable};
use crate::report::{Finding, Place, SourcePath, Text, codes};

/// Names that are listed before “等”.
const LISTED: usize = 10;

fn folder(shown: &str) -> Place {
    Place::file(&SourcePath::new(shown))
}

pub(super) fn forbidden(shown: &str, reason: Forbidden) -> Finding {
    let (zh, en) = match reason {
        Forbidden::Root => ("是磁盘的最上层", "is the root of a disk"),
        Forbidden::Home => ("是用户文件夹、桌面或类似的常用文件夹", "is the home folder, the desktop or the like"),
        Forbidden::Project => ("是网站项目本身，或者项目的上级文件夹", "is the project itself or a folder above it"),
        Forbidden::Source => ("和稿件、主题所在的文件夹重叠", "overlaps the content or the theme"),
        Forbidden::Versions => ("在版本记录文件夹（.git）里", "lies in a version control folder"),
        Forbidden::Reserved => ("是生成时要用的临时名称", "is a name used while building"),
        Forbidden::Output => ("在本项目另一个输出文件夹里", "lies in another output folder of this project"),
        Forbidden::Nowhere => ("指向一个不存在的位置", "leads to a place that does not exist"),
    };
    let message = Text::new(
        format!("“{shown}”{zh}。生成时会整个替换输出文件夹，为了不损坏其中的文件，没有写入。"),
        format!("`{shown}` {en}. A build replaces the whole output folder, so nothing was written."),
    );
    choose_another(Finding::new(&codes::E301, folder(shown), message), shown)
}

/// A command with a folder that is not the refused one.
fn choose_another(finding: Finding, shown: &str) -> Finding {
    let other = if shown.trim_end_matches(['/', '\\']).ends_with("public") { "public-new" } else { "public" };
    finding.fix(format!("site build --out {other}"))
}

pub(super) fn foreign(shown: &str, others: &[String]) -> Finding {
    let (zh, en) = list(others);
    let message = Text::new(
        format!("“{shown}”里已经有别的文件，不是本程序生成的：{zh}。为了不删掉它们，没有写入。"),
        format!("`{shown}` holds files this program did not write: {en}. Nothing was written, to keep them."),
    );
    let hint = Text::new(
        "请换一个新的文件夹；如果这些文件不要了，请自己先清空这个文件夹。",
        "Choose a new folder; or empty this one yourself if the files are no longer needed.",
    );
    choose_another(Finding::new(&codes::E302, folder(shown), message), shown).hint(hint)
}

pub(super) fn no_folder(shown: &str) -> Finding {
    let message = Text::new(
        format!("“{shown}”是一个文件，不是文件夹，没有写入。"),
        format!("`{shown}` is a file, not a folder; nothing was written."),
    );
    choose_another(Finding::new(&codes::E302, folder(shown), message), shown)
}

pub(super) fn unreadable(shown: &str, reason: Unreadable) -> Finding {
    let (zh, en) = match reason {
        Unreadable::Damaged => {
            ("已经损坏，分不清哪些文件是生成的", "is damaged, so our files cannot be told from others")
        }
        Unreadable::Newer => ("是新版本的程序写的，这个版本看不懂", "was written by a newer version of this program"),
    };
    let message = Text::new(
        format!("“{shown}”里的生成记录 .site-output {zh}，没有写入。"),
        format!("The record .site-output in `{shown}` {en}; nothing was written."),
    );
    let hint = match reason {
        Unreadable::Damaged => Text::new(
            "请先把这个文件夹改名留存，再重新生成；或者换一个文件夹。",
            "Rename this folder to keep it and build again, or choose another folder.",
        ),
        Unreadable::Newer => {
            Text::new("请换用新版本的程序，或者换一个文件夹。", "Use the newer version, or another folder.")
        }
    };
    choose_another(Finding::new(&codes::E302, folder(shown), message), shown).hint(hint)
}

pub(super) fn another_project(shown: &str) -> Finding {
    let message = Text::new(
        format!("“{shown}”里是另一个网站项目生成的内容，没有写入，那个网站还在。"),
        format!("`{shown}` holds the output of another project; nothing was written and it is still there."),
    );
    let hint = Text::new(
        "请换一个文件夹；如果确实要在这里改放本网站，请先把这个文件夹改名或移走。",
        "Choose another folder; or rename or move this one first if this project is to take its place.",
    );
    choose_another(Finding::new(&codes::E303, folder(shown), message), shown).hint(hint)
}

pub(super) fn added(shown: &str, strays: &[String]) -> Finding {
    let (zh, en) = list(strays);
    let message = Text::new(
        format!("“{shown}”里有 {} 处不是上次生成的：{zh}。重新生成会丢掉它们，所以没有写入。", strays.len()),
        format!(
            "`{shown}` holds {} that the last build did not write: {en}. Nothing was written, to keep them.",
            many(strays.len(), "file or folder", "files or folders")
        ),
    );
    let hint = Text::new(
        "网站需要的（例如验证文件），请放到 content/static 文件夹，每次生成都会带上；不需要的，请移走。",
        "Put what the site needs (a verification file, say) into the content/static folder, and every build will carry it; move the rest away.",
    );
    Finding::new(&codes::E304, folder(shown), message).hint(hint)
}

pub(super) fn busy(shown: &str, process: Option<u32>) -> Finding {
    let (zh, en) = match process {
        Some(number) => (format!("（进程号 {number}）"), format!(" (process {number})")),
        None => (String::new(), String::new()),
    };
    let message = Text::new(
        format!("另一个生成{zh}正在写“{shown}”，这一次没有写入。"),
        format!("Another build{en} is writing `{shown}`; this one wrote nothing."),
    );
    let hint = Text::new("请等它结束，再运行一次。", "Wait until it ends, then run this again.");
    Finding::new(&codes::E305, folder(shown), message).hint(hint)
}

pub(super) fn shrunk(shown: &str, before: usize, now: usize, vanished: &[String]) -> Finding {
    let (zh, en) = list(vanished);
    let message = if before == 0 {
        Text::new("这次一个网页也没有生成，没有写入。", "This build has no pages at all; nothing was written.")
    } else {
        Text::new(
            format!("上次有 {before} 个网页，这次只有 {now} 个，会消失的有：{zh}。没有写入，原来的网站还在。"),
            format!(
                "The last build had {before} pages, this one has {now}; {en} would vanish. Nothing was written, the old site is still there."
            ),
        )
    };
    let hint = Text::new(
        "请检查稿件文件夹是否完整，日期和草稿标记是否正确；如果确实要这样发布，请加上 --allow-shrink。",
        "Check that the content folder is complete and the dates and draft marks are right; add --allow-shrink if this is meant.",
    );
    Finding::new(&codes::E306, folder(shown), message).hint(hint)
}

/// A disk error at `what`, a file or folder as the user would name it.
pub(super) fn disk(what: &str, error: &io::Error) -> Finding {
    let (zh, en) = reason(error);
    let message = Text::new(
        format!("写“{what}”时出错：{zh}。原来的网站没有变。"),
        format!("Could not write `{what}`: {en}. The old site is unchanged."),
    );
    Finding::new(&codes::E307, folder(what), message)
}

/// A full disk, with what the whole build takes.
pub(super) fn full(what: &str, error: &io::Error, needed: u64) -> Finding {
    let (zh, en) = size(needed);
    let hint = Text::new(
        format!("这次生成一共需要{zh}，写好之前原来的网站也要保留。请腾出空间，再运行一次。"),
        format!("The build takes {en}, and the old site is kept until it is written. Make room and run this again."),
    );
    disk(what, error).hint(hint)
}

/// The old site could not be put back after a failed swap.
pub(super) fn stranded(shown: &str, kept: &str, error: &io::Error) -> Finding {
    let (zh, en) = reason(error);
    let message = Text::new(
        format!("“{shown}”没有换成新的，旧的也没能放回去：{zh}。旧网站完整保存在“{kept}”。"),
        format!("`{shown}` could not be replaced nor put back: {en}. The old site is whole in `{kept}`."),
    );
    let hint = Text::new(
        format!("关掉占用这个文件夹的程序，再运行一次就会恢复；也可以自己把“{kept}”改名为原来的名字。"),
        format!("Close programs that use the folder and run this again to restore it, or rename `{kept}` yourself."),
    );
    Finding::new(&codes::E307, folder(shown), message).hint(hint)
}

/// A stopped build moved the old site aside, and something else has taken its place since.
pub(super) fn blocked(shown: &str, kept: &str) -> Finding {
    let message = Text::new(
        format!("上次生成被中断，旧网站完整保存在“{kept}”；但是“{shown}”的位置现在有别的东西，没有写入。"),
        format!(
            "A build was stopped and the old site is whole in `{kept}`; but something else is at `{shown}` now, so nothing was written."
        ),
    );
    let hint = Text::new(
        format!("请把“{shown}”改名或移走，再运行一次，旧网站会自动恢复。"),
        format!("Rename or move `{shown}` and run this again; the old site is then restored."),
    );
    Finding::new(&codes::E302, folder(shown), message).hint(hint)
}

/// Something of others has one of the names beside the output.
pub(super) fn name_taken(name: &str) -> Finding {
    let message = Text::new(
        format!("生成时要用“{name}”这个名称，但是已经有同名的东西，而且不是本程序留下的，没有写入。"),
        format!("Building needs the name `{name}`, which something else has; nothing was written."),
    );
    let hint = Text::new(
        format!("请看一看“{name}”，改名或移走，再运行一次。"),
        format!("Look at `{name}`, rename or move it, then run this again."),
    );
    Finding::new(&codes::E302, folder(name), message).hint(hint)
}

pub(super) fn unreadable_source(path: &str, error: &io::Error) -> Finding {
    let (zh, en) = reason(error);
    let message = Text::new(
        format!("生成期间这个文件读不出来：{zh}。可能刚刚被改动，请再运行一次。"),
        format!("This file could not be read during the build: {en}. It may have just changed; run this again."),
    );
    Finding::new(&codes::E136, folder(path), message)
}

pub(super) fn clash(path: &str) -> Finding {
    let message = Text::new(
        format!("要写“{path}”，但同名的文件或文件夹这次已经写过，没有写入。"),
        format!("`{path}` is already taken by a file or folder of this build; nothing was written."),
    );
    Finding::new(&codes::E141, folder(path), message)
}

pub(super) fn reserved_name(path: &str) -> Finding {
    let message = Text::new(
        format!("“{path}”是生成记录用的名称，网站里的文件不能叫这个名字。"),
        format!("`{path}` is the name of the build record; no file of the site can have it."),
    );
    Finding::new(&codes::E137, folder(path), message)
}

/// A folder that cannot be verified, for want of a record.
pub(super) fn no_record(shown: &str, why: &NoRecord) -> Finding {
    let (zh, en) = match why {
        NoRecord::Nowhere => ("不存在".into(), "does not exist".into()),
        NoRecord::NoFolder => ("是一个文件，不是文件夹".into(), "is a file, not a folder".into()),
        NoRecord::Absent => ("里没有生成记录 .site-output".into(), "has no record .site-output".into()),
        NoRecord::Unreadable(Unreadable::Newer) => (
            "里的生成记录 .site-output 是新版本的程序写的".into(),
            "has a record .site-output of a newer version".into(),
        ),
        NoRecord::Unreadable(Unreadable::Damaged) => (
            "里的生成记录 .site-output 已经损坏，或者被改动过".into(),
            "has a record .site-output that is damaged or was altered".into(),
        ),
        NoRecord::Unread(error) => {
            let (zh, en) = unread(error);
            (format!("读不出来：{zh}"), format!("could not be read: {en}"))
        }
    };
    let message =
        Text::new(format!("“{shown}”{zh}，没有办法核对。"), format!("`{shown}` {en}; it cannot be verified."));
    let hint = match why {
        NoRecord::Unreadable(Unreadable::Newer) => Text::new("请换用新版本的程序。", "Use the newer version."),
        NoRecord::Unreadable(Unreadable::Damaged) => again(),
        NoRecord::Unread(error) => readable(error),
        NoRecord::Nowhere | NoRecord::NoFolder | NoRecord::Absent => Text::new(
            "还没有生成过的，请先运行 site build；不是这个文件夹的，请用 --out 写明。服务器上的，请看上传时有没有漏掉 .site-output，有的工具不传名称以点开头的文件。",
            "Run `site build` first if nothing was built yet, or name the folder with --out. On a server, see whether .site-output was uploaded; some tools leave out names that begin with a dot.",
        ),
    };
    Finding::new(&codes::E311, folder(shown), message).hint(hint)
}

/// What to do about a folder that is not as it was built.
fn again() -> Text {
    Text::new(
        "本机上的，请重新生成；服务器上的，请重新上传整个文件夹。如果不是自己人动的，网站可能被篡改：先保留现场，再按网络安全事件报告。",
        "On this computer, build again; on a server, upload the whole folder again. If none of you did this, the site may have been tampered with: keep the evidence and report it.",
    )
}

fn readable(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            Text::new("请换一个有权限的用户，再核对一次。", "Verify again as a user who may read it.")
        }
        _ => Text::new("请看看这个位置写得对不对，再核对一次。", "See whether the place is right, and verify again."),
    }
}

fn unread(error: &io::Error) -> (String, String) {
    match error.kind() {
        io::ErrorKind::PermissionDenied => ("没有权限".to_string(), error.to_string()),
        _ => reason(error),
    }
}

/// The record in a folder is not the one that somebody noted.
pub(super) fn another_record(shown: &str, expected: &str, fingerprint: &Digest) -> Finding {
    let message = Text::new(
        format!("“{shown}”的校验值是 {fingerprint}，不是 {expected}：这里不是那一次生成的网站，或者生成记录被改动过。"),
        format!(
            "The fingerprint of `{shown}` is {fingerprint}, not {expected}: this is the site of another build, or its record was altered."
        ),
    );
    let hint = Text::new(
        "请在生成网站的电脑上运行 site verify，以那里的校验值为准；不一样的，重新上传整个文件夹。",
        "Run `site verify` where the site was built and compare; upload the whole folder again if they differ.",
    );
    Finding::new(&codes::E311, folder(shown), message).hint(hint)
}

/// A published file, named as `what`, that is not as it was written, or a folder that nobody can look into.
pub(super) fn unverified(what: &str, fault: &Fault) -> Finding {
    let (zh, en) = match fault {
        Fault::Missing => ("不见了，生成的时候有".into(), "is gone; the build wrote it".into()),
        Fault::NoFile => ("已经不是普通文件".into(), "is no longer a plain file".into()),
        Fault::LineEnds => {
            ("只有换行符与生成时不同".into(), "differs from what was built in its line ends only".into())
        }
        Fault::Altered => {
            ("与生成时不同，生成以后被改动过".into(), "is not what was built; it was altered since".into())
        }
        Fault::Unread(error) => {
            let (zh, en) = unread(error);
            (format!("读不出来，没有核对：{zh}"), format!("could not be read, nor verified: {en}"))
        }
    };
    let hint = match fault {
        Fault::LineEnds => Text::new(
            "多半是用文本方式上传的，请改用二进制方式，把整个文件夹重新上传一次；本机上的，请重新生成。",
            "It was probably uploaded in text mode; upload the whole folder again in binary mode. On this computer, build again.",
        ),
        Fault::Unread(error) => readable(error),
        Fault::Missing | Fault::NoFile | Fault::Altered => again(),
    };
    let message = Text::new(format!("“{what}”{zh}。"), format!("`{what}` {en}."));
    Finding::new(&codes::E310, folder(what), message).hint(hint)
}

/// A file or folder in a published folder that no record lists.
pub(super) fn stray(what: &str) -> Finding {
    let message = Text::new(
        format!("“{what}”不是生成的，记录里没有。"),
        format!("`{what}` was not built; the record does not list it."),
    );
    let hint = Text::new(
        "网站需要的（例如验证文件），请放到 content/static 文件夹再生成；不知道是谁放的，先保留现场，查清楚再删。",
        "Put what the site needs (a verification file, say) into content/static and build again; if nobody knows it, find out who put it there before it is deleted.",
    );
    Finding::new(&codes::E304, folder(what), message).hint(hint)
}

/// Files of the last build that somebody altered or removed, all of which the new one has mended.
pub(super) fn mended(shown: &str, altered: &[String]) -> Finding {
    let (zh, en) = list(altered);
    let message = Text::new(
        format!(
            "上次生成以后，“{shown}”里有 {} 个文件被改动、删除，或者读不出来：{zh}。现在整个文件夹又和稿件一致了。",
            altered.len()
        ),
        format!(
            "Since the last build {} in `{shown}` had been altered, removed, or could not be read: {en}. The whole folder agrees with its sources again.",
            many(altered.len(), "file", "files")
        ),
    );
    let hint = Text::new(
        "要改网页，请改稿件或者主题，改在输出文件夹里的留不住。不是自己人改的，请查一查谁能写这个文件夹。",
        "To change a page, change its source or the theme; what is changed in the output is lost. If none of you did this, find out who can write there.",
    );
    Finding::new(&codes::W312, folder(shown), message).hint(hint)
}

fn list(names: &[String]) -> (String, String) {
    let first = &names[..names.len().min(LISTED)];
    let (zh, en) = (first.join("、"), first.join(", "));
    match names.len() - first.len() {
        0 => (zh, en),
        more => (format!("{zh} 等 {} 个", names.len()), format!("{en} and {more} more")),
    }
}

fn many(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}

fn size(bytes: u64) -> (String, String) {
    let megabytes = bytes.div_ceil(1 << 20).max(1);
    (format!("约 {megabytes} MB"), format!("about {megabytes} MB"))
}

/// Whether the disk, or this user's part of it, is full.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

fn reason(error: &io::Error) -> (String, String) {
    let zh = match error.kind() {
        io::ErrorKind::PermissionDenied => "没有写入权限，或者被别的程序占用",
        io::ErrorKind::StorageFull => "磁盘空间不够",
        io::ErrorKind::QuotaExceeded => "超出了分配给您的磁盘空间",
        io::ErrorKind::FileTooLarge => "文件太大，磁盘放不下",
        io::ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        io::ErrorKind::NotFound => "找不到这个位置",
        io::ErrorKind::NotADirectory => "上级是一个文件，不是文件夹",
        io::ErrorKind::ResourceBusy => "正被别的程序占用",
        io::ErrorKind::Unsupported => "这个磁盘不支持需要的操作",
        _ => return (format!("系统返回“{error}”"), error.to_string()),
    };
    (zh.to_string(), error.to_string())
}
