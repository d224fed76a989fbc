//! Raw arguments to a [`Call`]. The table of commands is written in both languages; what clap refuses is told in our
//! own words with its suggestion.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::ValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches};

use super::{Call, Command, Format, Machine, Terminal};
use crate::edition::Reader;
use crate::load::fields::Kind;
use crate::model::Day;
use crate::report::{Lang, Profile, displayable};

/// Arguments that could not be used, or a question for help: text for the terminal and the exit code.
pub struct Refused {
    text: String,
    code: u8,
}

impl Refused {
    /// The exit code: 0 for help that was asked for, else 2.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Says it and gives the exit code.
    pub fn tell(self, terminal: &Terminal) -> u8 {
        if self.code == 0 {
            terminal.say(&self.text)
        } else {
            terminal.complain(&self.text)
        }
        terminal.finish(self.code)
    }
}

/// Decides what was asked for.
pub fn call(args: &[OsString], machine: &Machine) -> Result<Call, Refused> {
    let lang = lang(args, machine);
    let wrong = |zh: String, en: String| Refused { text: format!("{}\n", pick(lang, &zh, &en)), code: 2 };
    if let Some(arg) = args.iter().find(|arg| arg.to_str().is_none()) {
        let shown = displayable(&arg.to_string_lossy());
        return Err(wrong(format!("参数“{shown}”不是 UTF-8 文字。"), format!("The argument `{shown}` is not UTF-8.")));
    }
    let matches = table(lang).try_get_matches_from(args).map_err(|error| refused(&error, lang))?;
    let Some((name, own)) = matches.subcommand() else {
        return Err(Refused { text: table(lang).render_help().to_string(), code: 2 });
    };
    let text = |key: &str| own.get_one::<String>(key).cloned();
    let words = |key: &str| own.get_many::<String>(key).into_iter().flatten().cloned().collect::<Vec<_>>();
    let day = |text: String| {
        Day::parse(&text).map_err(|_| {
            let shown = displayable(&text);
            wrong(format!("日期“{shown}”要写成 2022-09-20。"), format!("Write the day `{shown}` as 2022-09-20."))
        })
    };
    let today = text("today").map(day).transpose()?;
    let as_of = if name == "check" { text("as-of").map(day).transpose()? } else { None };
    if let (Some(today), Some(as_of)) = (today, as_of)
        && today != as_of
    {
        return Err(wrong(
            format!("--today 写的是 {today}，--as-of 写的是 {as_of}，两个意思一样，请只留一个。"),
            format!("--today says {today} and --as-of {as_of}; they mean the same, so give only one."),
        ));
    }
    let command = command(name, own);
    if let Command::Verify(wish) = &command
        && let Some(expected) = wish.expect.as_ref().filter(|expected| !is_fingerprint(expected))
    {
        let shown = displayable(expected);
        return Err(wrong(
            format!("校验值“{shown}”要写 16 到 64 位，只有数字和 a 到 f，照 site verify 显示的写。"),
            format!(
                "The fingerprint `{shown}` must have 16 to 64 of the digits 0-9 and a-f, as `site verify` tells it."
            ),
        ));
    }
    if let Command::Check(wish) = &command
        && let Some(file) = wish.reports.iter().find(|file| Format::of_file(file).is_none())
    {
        let shown = displayable(file);
        return Err(wrong(
            format!("报告文件“{shown}”的扩展名要是 .html、.sarif、.xml 或 .json。"),
            format!("The report `{shown}` must end in .html, .sarif, .xml or .json."),
        ));
    }
    Ok(Call {
        project: project(text("root"), machine),
        today: today.or(as_of),
        base_url: text("base-url"),
        profile: if text("profile").as_deref() == Some("production") { Profile::Production } else { Profile::Preview },
        lang,
        format: words("format").iter().rev().find_map(|word| form(name, word)).unwrap_or(Format::Human),
        command,
    })
}

fn command(name: &str, own: &ArgMatches) -> Command {
    let text = |key: &str| own.get_one::<String>(key).cloned().unwrap_or_default();
    match name {
        "build" => Command::Build(super::build::Wish {
            out: text("out"),
            shrink: own.get_flag("allow-shrink"),
            clean: own.get_flag("clean"),
            timings: own.get_flag("timings"),
        }),
        "serve" => Command::Serve {
            port: own.get_one::<u16>("port").copied(),
            reader: Reader {
                drafts: own.get_flag("drafts"),
                future: own.get_flag("future"),
                expired: own.get_flag("expired"),
            },
            poll: own.get_flag("poll"),
            follow: own.get_flag("follow"),
            lan: own.get_flag("lan"),
            open: own.get_flag("open"),
        },
        "new" => Command::New { kind: text("kind"), slug: text("slug") },
        "init" => Command::Init { folder: PathBuf::from(text("dir")) },
        "poster" => {
            Command::Poster { name: text("page"), formats: formats(own), out: text("out"), open: own.get_flag("open") }
        }
        "list" => Command::List,
        "theme" => Command::Theme(super::theme::Wish {
            files: own.get_many::<String>("files").into_iter().flatten().cloned().collect(),
            all: own.get_flag("all"),
        }),
        "search" => Command::Search(super::search::Wish {
            words: own.get_many::<String>("words").into_iter().flatten().cloned().collect::<Vec<_>>().join(" "),
            kind: own.get_one::<String>("kind").cloned(),
            campaign: own.get_one::<String>("campaign").cloned(),
            region: own.get_one::<String>("region").cloned(),
            year: own.get_one::<i16>("year").copied(),
            limit: own.get_one::<usize>("limit").copied().unwrap_or(20),
        }),
        "verify" => Command::Verify(super::verify::Wish {
            out: text("out"),
            expect: own.get_one::<String>("expect").map(|text| text.to_ascii_lowercase()),
        }),
        "explain" => Command::Explain { code: text("code") },
        _ => Command::Check(super::check::Wish {
            reports: own.get_many::<String>("report").into_iter().flatten().cloned().collect(),
            since: own.get_one::<String>("since").cloned(),
            external: own.get_flag("external"),
            fix: own.get_flag("fix"),
            diff: own.get_flag("diff"),
        }),
    }
}

/// The form of output that a word behind `--format` names for a command; behind `site poster` it may be a format of
/// posters as well.
fn form(command: &str, word: &str) -> Option<Format> {
    let known = if command == "check" { &Format::ALL[..] } else { &Format::COMMON[..] };
    known.iter().copied().find(|form| form.word() == word)
}

fn formats(own: &ArgMatches) -> Vec<String> {
    let words = own.get_many::<String>("format").into_iter().flatten();
    words.filter(|word| form("poster", word).is_none() && !word.trim().is_empty()).cloned().collect()
}

/// `--root`, else the nearest folder upwards that holds a project, else the folder itself.
fn project(root: Option<String>, machine: &Machine) -> PathBuf {
    if let Some(root) = root {
        return machine.folder.join(root);
    }
    let holds = |folder: &&Path| folder.join("content").join("site.yaml").is_file();
    machine.folder.ancestors().find(holds).unwrap_or(&machine.folder).to_path_buf()
}

/// `--lang` wherever it stands, else English for an English locale, else Chinese.
fn lang(args: &[OsString], machine: &Machine) -> Lang {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let spaced = texts.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    let joined = texts.iter().find_map(|arg| arg.strip_prefix("--lang="));
    match spaced.or(joined).or(machine.locale.as_deref()) {
        Some(word) if word.to_ascii_lowercase().starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn table(lang: Lang) -> clap::Command {
    let t = |zh: &'static str, en: &'static str| pick(lang, zh, en);
    let command = |name: &'static str, zh, en| {
        let places = match name {
            "new" => (" <种类> <网址名>", " <kind> <slug>"),
            "init" => (" <文件夹>", " <folder>"),
            "poster" => (" <活动或开放日>", " <page>"),
            "explain" => (" <编号>", " <code>"),
            "search" => (" <词语>…", " <words>…"),
            "theme" => (" new [文件]…", " new [files]…"),
            _ => ("", ""),
        };
        clap::Command::new(name)
            .about(t(zh, en))
            .disable_help_flag(true)
            .disable_version_flag(true)
            .arg(help(lang))
            .override_usage(format!("site {name}{} {}", t(places.0, places.1), t("[选项]", "[options]")))
            .help_template(t("{about}\n\n用法：{usage}\n\n{all-args}\n", "{about}\n\nUsage: {usage}\n\n{all-args}\n"))
    };
    let value = |name: &'static str, label: &'static str, zh, en| {
        Arg::new(name).long(name).value_name(label).help(t(zh, en)).help_heading(t("选项", "Options"))
    };
    let flag = |name: &'static str, zh, en| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(t(zh, en)).help_heading(t("选项", "Options"))
    };
    let needed = |name: &'static str, label, zh, en| {
        Arg::new(name).required(true).value_name(label).help(t(zh, en)).help_heading(t("参数", "Arguments"))
    };
    clap::Command::new("site")
        .about(t("把 Markdown 稿件生成宣传活动网站", "Publicity sites from Markdown"))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help(lang))
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help(t("显示版本", "Show the version")))
        .args(common(lang))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .help_template(t(
            "{about}\n\n用法：site <命令> [选项]\n\n命令：\n{subcommands}\n\n选项：\n{options}\n\n“site <命令> --help”显示该命令的选项。\n",
            "{about}\n\nUsage: site <command> [options]\n\nCommands:\n{subcommands}\n\nOptions:\n{options}\n\n`site <command> --help` shows a command's options.\n",
        ))
        .subcommands([
            command("build", "生成网站", "Write the site")
                .arg(value("out", "DIR", "输出文件夹（默认 public）", "Output folder (default: public)").default_value(super::build::OUT).hide_default_value(true))
                .arg(flag("allow-shrink", "允许页面比上次少一半以上", "Allow most pages to vanish"))
                .arg(flag("clean", "不沿用上次生成的结果，全部重做", "Take nothing over from the last build"))
                .arg(flag("timings", "显示各步用时和最慢的页面", "Tell where the time went")),
            command("verify", "核对网站文件夹有没有被改动", "Tell whether a site's folder is as it was built")
                .arg(value("out", "DIR", "要核对的文件夹（默认 public），也可以是服务器上的", "The folder (default: public), which may be the one on the server").default_value(super::build::OUT).hide_default_value(true))
                .arg(value("expect", "HASH", "应有的校验值，前 16 位以上；不一样就报错", "The fingerprint it must have, 16 digits or more")),
            command("serve", "在浏览器里预览，保存即更新", "Preview in a browser, following changes")
                .arg(value("port", "N", "端口（默认从 8080 起找空闲的）", "Port (default: the first free one from 8080)").value_parser(clap::value_parser!(u16)))
                .arg(flag("drafts", "也显示草稿", "Also show drafts"))
                .arg(flag("future", "也显示还没到发布日期的页面", "Also show pages to come"))
                .arg(flag("expired", "也显示已过期的页面", "Also show pages whose last day has passed"))
                .arg(flag("follow", "保存哪一页，浏览器就转到哪一页", "Take the browser to the page that was saved"))
                .arg(flag("open", "在浏览器里打开预览", "Open the preview in a browser"))
                .arg(flag("lan", "让同一个局域网里的手机也能预览，显示二维码", "Let phones in the same network look, with a QR code"))
                .arg(flag("poll", "用定时检查代替系统通知（网络盘上用）", "Scan for changes, for network drives")),
            command("poster", "马上生成一个活动或开放日的海报", "Make the posters of one campaign or open day")
                .arg(needed("page", t("活动或开放日", "page"), "活动或开放日的网址名，例如 organic", "Slug of a campaign or open day, such as organic").value_parser(ValueParser::string()))
                .arg(value("format", "LIST", "海报格式，例如 a3,wechat（默认是 site.yaml 里的）；写 json 等则是输出形式", "Formats such as a3,wechat (default: those in site.yaml); json and such set the form of output").action(ArgAction::Append).value_delimiter(','))
                .arg(value("out", "DIR", "输出文件夹（默认是项目里的 printed）", "Output folder (default: printed, in the project)").default_value(super::poster::OUT).hide_default_value(true))
                .arg(flag("open", "生成后打开第一个文件", "Open the first file")),
            command("check", "检查全部问题；加 --fix 才会改稿件", "Tell all problems; texts change only with --fix")
                .arg(flag("fix", "把能自动改的直接改好（标点、括号、日期等），改不了的列出来", "Mend what a program may (marks, brackets, dates) and tell the rest"))
                .arg(flag("diff", "列出改了哪些地方；不加 --fix 时只看不改", "Show what changes; without --fix nothing is written"))
                .arg(value("as-of", "DATE", "按哪一天检查（默认今天）", "The day the site is judged for (default: today)"))
                // Its other name, which all commands share, would stand in the way of this one.
                .arg(value("today", "DATE", "同 --as-of", "The same as --as-of"))
                .arg(value("since", "REV", "只列出这个 git 版本之后改动过的文件里的问题", "Only problems of files changed since a git revision"))
                .arg(flag("external", "也检查外部链接能不能打开（要联网，可能要几分钟）", "Also open the links to other sites (needs the network)"))
                .arg(value("report", "FILE", "把检查报告写到文件：.html（可打印）、.sarif、.xml（JUnit）或 .json，可写多次", "Write a report: .html (to print), .sarif, .xml (JUnit) or .json; may be repeated").action(ArgAction::Append))
                .arg(
                    value("format", "FORM", "human（默认）、short、json、sarif、junit 或 html", "human (default), short, json, sarif, junit or html")
                        .value_parser(Format::ALL.map(Format::word))
                        .hide_possible_values(true),
                ),
            command("new", "新建一个页面或开放日表格", "Start a page or a table of open days")
                .arg(needed("kind", t("种类", "kind"), "种类：notice、campaign、news、case、open-day、institution、poster、page，或 open-days-table（也可写中文）", "Kind: notice, campaign, news, case, open-day, institution, poster, page, or open-days-table").value_parser(ValueParser::string()))
                .arg(needed("slug", t("网址名", "slug"), "网址名：小写字母、数字和短横线", "Slug: a-z, 0-9 and hyphens")),
            command("init", "新建一个网站项目", "Start a project").arg(needed("dir", t("文件夹", "folder"), "新的或空的文件夹", "New or empty folder")),
            command("search", "在网站的全部内容里查找", "Find pages, as readers of the site do")
                .arg(needed("words", t("词语", "words"), "要找的词，可写几个；引号里的整句查找，也可写拼音", "What to look for; words in quotes are one phrase, pinyin finds titles").num_args(1..))
                .arg(value("kind", "KIND", "只找一种页面，例如 notice 或 通知", "Only one kind, such as notice"))
                .arg(value("campaign", "SLUG", "只找一个活动的页面", "Only pages of one campaign"))
                .arg(value("region", "NAME", "只找一个地区的页面", "Only pages of one region"))
                .arg(value("year", "YEAR", "只找一年的页面", "Only pages of one year").value_parser(clap::value_parser!(i16)))
                .arg(value("limit", "N", "最多列出几条（默认 20）", "How many are listed (default: 20)").value_parser(clap::value_parser!(usize))),
            command("theme", "列出内置主题的文件，或者复制几个到项目里来改", "List files of the built-in theme, or copy some to change them")
                .arg(needed("action", "new", "new：不写文件就列出全部可以改的文件", "new: without files, lists what can be changed").value_parser(["new"]).hide_possible_values(true))
                .arg(Arg::new("files").num_args(0..).value_name(t("文件", "files")).help(t("要复制的文件，例如 site.css 或 templates/base.html；已有的不会覆盖", "Files to copy, such as site.css or templates/base.html; nothing is overwritten")).help_heading(t("参数", "Arguments")))
                .arg(flag("all", "复制全部文件（程序更新以后不会跟着变，一般用不着）", "Copy all files, which then no longer change with the program").conflicts_with("files")),
            command("list", "列出全部页面和公开状态", "List pages and whether they are public"),
            command("explain", "解释一个问题编号，例如 E103", "Explain a code such as E103").arg(needed("code", t("编号", "code"), "问题编号", "Code of a finding")),
        ])
}

/// Whether `text` is a fingerprint or its beginning; shorter ones could be met by chance.
fn is_fingerprint(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn help(lang: Lang) -> Arg {
    Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(pick(lang, "显示帮助", "Show help"))
        .help_heading(pick(lang, "选项", "Options"))
}

fn common(lang: Lang) -> Vec<Arg> {
    let t = |zh: &'static str, en: &'static str| pick(lang, zh, en);
    let value = |name: &'static str, label: &'static str, zh, en| {
        Arg::new(name).long(name).value_name(label).help(t(zh, en)).help_heading(t("选项", "Options"))
    };
    vec![
        value("root", "DIR", "项目文件夹（默认从当前文件夹向上找）", "Project folder (default: found upwards)"),
        value(
            "today",
            "DATE",
            "按哪一天判断公开和失效（默认今天；也可写 --as-of）",
            "The day that decides what is public (default: today); also --as-of",
        )
        .alias("as-of"),
        value("base-url", "URL", "代替配置里的网站地址", "Overrides base_url"),
        value("profile", "NAME", "preview（默认）或 production（交付前）", "preview (default) or production")
            .value_parser(["preview", "production"])
            .hide_possible_values(true),
        value("lang", "LANG", "zh 或 en", "zh or en").value_parser(["zh", "en"]).hide_possible_values(true),
        value("format", "FORM", "human（默认）、short 或 json", "human (default), short or json")
            .value_parser(Format::COMMON.map(Format::word))
            .hide_possible_values(true),
    ]
    .into_iter()
    .map(|arg| arg.global(true))
    .collect()
}

fn refused(error: &clap::Error, lang: Lang) -> Refused {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Refused { text: error.render().to_string(), code: 0 };
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Refused { text: error.render().to_string(), code: 2 };
    }
    let part = |kind| error.get(kind).map(shown).unwrap_or_default();
    let (argument, value) = (part(ContextKind::InvalidArg), part(ContextKind::InvalidValue));
    let (zh, en) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = part(ContextKind::InvalidSubcommand);
            (format!("没有“{name}”这个命令。"), format!("There is no command `{name}`."))
        }
        ErrorKind::UnknownArgument => (format!("不认识选项“{argument}”。"), format!("Unknown option `{argument}`.")),
        ErrorKind::InvalidValue if value.is_empty() => {
            (format!("选项“{argument}”后面缺少内容。"), format!("The option `{argument}` needs a value."))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            (format!("选项“{argument}”不能写“{value}”。"), format!("The option `{argument}` cannot be `{value}`."))
        }
        ErrorKind::MissingRequiredArgument => (format!("缺少参数：{argument}。"), format!("Missing: {argument}.")),
        _ => ("命令写得不对。".to_string(), "The command line is not right.".to_string()),
    };
    let mut text = pick(lang, &zh, &en).to_string();
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
        ContextKind::ValidValue,
    ];
    if let Some(near) = near.into_iter().map(part).find(|near| !near.is_empty()) {
        text.push_str(pick(lang, "你是不是想写：", " Did you mean: "));
        text.push_str(&near);
        text.push_str(pick(lang, "？", "?"));
    }
    text.push('\n');
    text.push_str(pick(lang, "“site --help”显示全部命令。\n", "`site --help` shows all commands.\n"));
    Refused { text, code: 2 }
}

fn shown(value: &ContextValue) -> String {
    displayable(&match value {
        ContextValue::Strings(all) => all.join("、"),
        other => other.to_string(),
    })
}

/// The words for a table of open days.
pub const TABLE: [&str; 2] = ["open-days-table", "开放日表格"];

/// Whether somebody named a table of open days.
pub fn is_table(word: &str) -> bool {
    TABLE.contains(&word)
}

/// The kind somebody named, in English or Chinese.
pub fn kind(word: &str) -> Option<Kind> {
    let said = |kind: &Kind| match word {
        "案例" => *kind == Kind::Case,
        "检验检测机构" => *kind == Kind::Institution,
        "动态" => *kind == Kind::News,
        _ => kind.word() == word || kind.folder() == word || kind.zh() == word,
    };
    Kind::ALL.into_iter().find(said)
}
